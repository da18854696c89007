import { spawn } from 'node:child_process';
import { Site } from '../../operations/smoke/site';
import { bundle } from '../../support/program';

const program = bundle('main.ts');

/** Runs the command without blocking, since the server that it asks is in this process. */
async function smoke(...args: readonly string[]): Promise<{ status: number | null; out: string[]; err: string }> {
  const child = spawn(process.execPath, [program, 'smoke', ...args]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, out: out.trim().split('\n').sort(), err };
}

test('staging, whose certificates no client trusts, is a line for each request', async () => {
  const site = new Site('staging');
  const { port } = await site.start();
  const { status, out, err } = await smoke('staging', '--base-url', `https://127.0.0.1:${port}`);
  await site.stop();
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out.map((line) => line.replace(/\d+ ms/, 'n ms').replace(`:${port}:`, ':PORT:'))).toEqual([
    'ok      backend-api  https://api.staging.veza.app/health via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
    'ok      backend-api  https://api.staging.veza.app/ready via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
    'ok      chat-server  https://chat.staging.veza.app/health via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
    'ok      chat-server  https://chat.staging.veza.app/ready via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
    'ok      chat-server  wss://chat.staging.veza.app/ws via 127.0.0.1:PORT: 101, websocket open in n ms, certificate not verified',
    'ok      stream-server  https://stream.staging.veza.app/health via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
    'ok      stream-server  https://stream.staging.veza.app/ready via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
    'ok      stream-server  https://stream.staging.veza.app/stream/smoke-test.mp3 via 127.0.0.1:PORT: 206, one byte in n ms, certificate not verified',
  ]);
});

test('a base URL of http is asked, and shown, without TLS', async () => {
  const site = new Site();
  const { port } = await site.start();
  const { status, out } = await smoke('staging', '--base-url', `http://127.0.0.1:${port}`);
  await site.stop();
  expect(status).toBe(0);
  expect(out.map((line) => line.replace(/\d+ ms/, 'n ms').replace(`:${port}:`, ':PORT:'))).toEqual(
    expect.arrayContaining([
      'ok      backend-api  http://api.staging.veza.app/health via 127.0.0.1:PORT: 200 in n ms',
      'ok      chat-server  ws://chat.staging.veza.app/ws via 127.0.0.1:PORT: 101, websocket open in n ms',
    ]),
  );
});

test.each([
  [[], "missing required argument 'environment'\n(add --help to see the arguments and options)"],
  [['prod'], '"prod" is not an environment; use one of staging, production'],
  [
    ['staging', '--base-url', 'https://127.0.0.1/health'],
    '"https://127.0.0.1/health" is not a base URL; use http(s)://host[:port], without a path',
  ],
])('%j is wrong usage', async (args, problem) => {
  expect(await smoke(...args)).toEqual({ status: 2, out: [''], err: `error: ${problem}\n` });
});
