import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { confirm } from '../../lib/cli/run-command';
import { UsageError } from '../../lib/platform/errors';
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

function answer(text: string): Promise<void> {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const asked = confirm(
    { stdin: input, stderr: new PassThrough() },
    { action: 'this replaces all', expected: 'staging' },
  );
  input.write(`${text}\n`);
  return asked;
}

test('continues when the word is typed', async () => {
  await expect(answer(' staging ')).resolves.toBeUndefined();
});

test.each(['', 'yes', 'production'])('%j is not the word', async (text) => {
  await expect(answer(text)).rejects.toThrow(
    new UsageError(`${JSON.stringify(text)} is not staging; nothing was changed`),
  );
});

test('input that ends is not a confirmation', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const asked = confirm(
    { stdin: input, stderr: new PassThrough() },
    { action: 'this replaces all', expected: 'staging' },
  );
  input.end();
  await expect(asked).rejects.toThrow(UsageError);
});
