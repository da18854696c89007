import { listSmokeProbes } from '../../../lib/operations/smoke/smoke-test';
import { veza } from '../../../lib/veza/veza';
import { Site } from '../../operations/smoke/site';
import { runCli, usageHint } from '../support/call-veza';

/** Runs the command; its lines are sorted, since the requests are sent at once. */
async function smoke(...args: readonly string[]): Promise<{ status: number; out: string[]; err: string }> {
  const { status, out, err } = await runCli(['smoke', ...args]);
  return { status, out: out.trim().split('\n').sort(), err };
}

test('staging, whose certificates no client trusts, is a line for each request', async () => {
  const site = new Site('staging');
  const { port } = await site.start();
  const { status, out, err } = await smoke('staging', '--base-url', `https://127.0.0.1:${port}`);
  await site.stop();
  expect({ status, err }).toEqual({ status: 0, err: '' });
  const requests = listSmokeProbes(veza, 'staging.veza.app').length;
  expect(out.filter((line) => line.startsWith('ok '))).toHaveLength(requests);
  expect(out.map((line) => line.replace(/\d+ ms/, 'n ms').replace(`:${port}:`, ':PORT:'))).toEqual(
    expect.arrayContaining([
      'ok      backend-api  https://api.staging.veza.app/health via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
      'ok      backend-api  https://api.staging.veza.app/ready via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
      'ok      chat-server  https://chat.staging.veza.app/health via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
      'ok      chat-server  https://chat.staging.veza.app/ready via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
      'ok      chat-server  wss://chat.staging.veza.app/ws via 127.0.0.1:PORT: 101, websocket open in n ms, certificate not verified',
      'ok      stream-server  https://stream.staging.veza.app/health via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
      'ok      stream-server  https://stream.staging.veza.app/ready via 127.0.0.1:PORT: 200 in n ms, certificate not verified',
      'ok      stream-server  https://stream.staging.veza.app/stream/smoke-test.mp3 via 127.0.0.1:PORT: 206, one byte in n ms, certificate not verified',
    ]),
  );
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
  [[], `missing required argument 'environment'\n${usageHint}`],
  [['prod'], '"prod" is not an environment; use one of staging, production'],
  [
    ['staging', '--base-url', 'https://127.0.0.1/health'],
    '"https://127.0.0.1/health" is not a base URL; use http(s)://host[:port], without a path',
  ],
])('%j is wrong usage', async (args, problem) => {
  expect(await smoke(...args)).toEqual({ status: 2, out: [''], err: `error: ${problem}\n` });
});
