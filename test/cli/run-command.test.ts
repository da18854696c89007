import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { bundle } from '../support/program';

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'a process that gets %s cleans up before it ends',
  async (signal) => {
    const child = spawn(process.execPath, [bundle('test/cli/support/stopped-main.ts')]);
    const err = text(child.stderr);
    const [first] = await once(child.stdout, 'data');
    expect(String(first)).toBe('working\n');
    child.kill(signal);
    // A second one does not end it earlier.
    child.kill(signal);
    const out = text(child.stdout);
    const [status] = await once(child, 'close');
    expect([status, await out]).toStrictEqual([1, 'cleaned up\n']);
    expect(await err).toBe(`${signal}: cleaning up; please wait\nerror: stopped by ${signal}\n`);
  },
);
