import { Helm, summarizeHelmError } from '../../lib/cluster/helm';
import type { ProcessResult } from '../../lib/cluster/process';
import { UsageError } from '../../lib/platform/errors';

/** A Helm that answers by its verb. */
function helm(answers: Readonly<Record<string, Partial<ProcessResult>>>) {
  return async (_: string, [verb = '']: readonly string[]) => ({
    status: answers[verb]?.stderr === undefined ? 0 : 1,
    stdout: '',
    stderr: '',
    ...answers[verb],
  });
}

const version = { stdout: 'v3.17.2' };

test.each(['v3.16.4', 'v2.17.0', '', 'nonsense'])('Helm %j is too old', async (stdout) => {
  await expect(Helm.create('context', 'shop', helm({ version: { stdout } }))).rejects.toThrow(UsageError);
});

test.each(['v3.17.0', 'v3.17.2+g1234', 'v4.2.3'])('Helm %s is new enough', async (stdout) => {
  await expect(Helm.create('context', 'shop', helm({ version: { stdout } }))).resolves.toBeInstanceOf(Helm);
});

test('a release that Helm does not list has no history, in whatever words Helm fails', async () => {
  const history = { stderr: 'Error: some words of a later version' };
  const missing = await Helm.create('context', 'shop', helm({ version, history, list: { stdout: '[]' } }));
  expect(await missing.history()).toStrictEqual([]);
  const listed = await Helm.create('context', 'shop', helm({ version, history, list: { stdout: '[{}]' } }));
  await expect(listed.history()).rejects.toThrow('helm history: Error: some words of a later version');
  const down = await Helm.create('context', 'shop', helm({ version, history, list: history }));
  await expect(down.history()).rejects.toThrow('helm history');
});

test("the summary of Helm's error has every line but those of its log", () => {
  const stderr = `level=WARN msg="upgrade failed" name=a
Error: UPGRADE FAILED: release a failed: resource Deployment/a/x not ready. status: InProgress, message: Updated: 1/2
context deadline exceeded
`;
  expect(summarizeHelmError({ status: 1, stdout: '', stderr })).toBe(
    'Error: UPGRADE FAILED: release a failed: resource Deployment/a/x not ready. status: InProgress, message: Updated: 1/2 | context deadline exceeded',
  );
  expect(summarizeHelmError({ status: 1, stdout: '', stderr: '' })).toBe('Helm failed without output');
});
