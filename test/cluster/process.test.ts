import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createProcessRunner } from '../../lib/cluster/process';
import { bundle } from '../support/program';

const runProgram = createProcessRunner(process.env);

jest.setTimeout(120_000);

let server: Server;
let port: string;
beforeAll(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = String((server.address() as AddressInfo).port);
});
afterAll(() => void server.close());

/** Connects, sends its process id, and runs for ever. */
const working = `
  const socket = require('node:net').connect(process.argv.at(-1), '127.0.0.1', () => socket.write('here'));
  process.on('SIGINT', () => undefined);
`;

function start(): ChildProcess {
  return spawn(process.execPath, [bundle('test/operations/calling.ts'), process.execPath, '--eval', working, port]);
}

/** A started program: its connection closes when it ends, however it ends. */
async function begun(): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  await once(socket, 'data');
  return socket;
}

test.each(['SIGKILL', 'SIGTERM'] as const)('a program ends with its caller, if that is ended by %s', async (signal) => {
  const caller = start();
  const program = await begun();
  caller.kill(signal);
  await once(program, 'close');
});

test('a program that ends lets its caller end', async () => {
  const caller = spawn(process.execPath, [bundle('test/operations/calling.ts'), process.execPath, '--eval', '']);
  expect(await once(caller, 'close')).toStrictEqual([0, null]);
});

test('a wrapper script ends together with the program it wraps', async () => {
  const stop = new AbortController();
  const wrapper = ['-c', '"$0" --eval "$1" "$2"; echo', process.execPath, working, port];
  const answer = runProgram('sh', wrapper, { detached: true, signal: stop.signal, killSignalFor: () => 'SIGKILL' });
  const program = await begun();
  stop.abort();
  await once(program, 'close');
  expect((await answer).status).toBe(1);
});

test('a program without a kill signal runs on', async () => {
  const stop = AbortSignal.abort();
  expect(
    await runProgram('echo', ['done'], { detached: true, signal: stop, killSignalFor: () => undefined }),
  ).toStrictEqual({
    status: 0,
    stdout: 'done\n',
    stderr: '',
  });
});
