import { Helm, summarizeHelmError } from '../../lib/cluster/helm';
import { LockLostError } from '../../lib/cluster/lease';
import type { ProcessOptions, ProcessResult } from '../../lib/cluster/process';
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

test('Helm does not outlive veza; a user who stops it has it roll back, and a lost lock kills it', async () => {
  const seen: ProcessOptions[] = [];
  const run = async (_: string, [verb]: readonly string[], options: ProcessOptions = {}) => {
    if (verb !== 'version') seen.push(options);
    return { status: 0, stdout: verb === 'version' ? version.stdout : '', stderr: '' };
  };
  const client = await Helm.create('context', 'shop', run);
  const { signal } = new AbortController();
  await client.upgrade({ chart: 'a', timeoutSeconds: 1, description: 'a', wait: true, rollback: true, signal });
  await client.rollback(1, 1, signal);
  const ends = (reason: Error) => seen.map(({ killSignalFor }) => killSignalFor?.(reason));
  expect(seen.map((options) => [options.detached, options.signal === signal])).toStrictEqual([
    [true, true],
    [true, true],
  ]);
  expect(ends(new Error('stopped by SIGTERM'))).toStrictEqual(['SIGTERM', undefined]);
  expect(ends(new LockLostError('another'))).toStrictEqual(['SIGKILL', 'SIGKILL']);
});

test('no variable leads Helm to another cluster, namespace or storage', async () => {
  let omitted: RegExp | undefined;
  const client = await Helm.create('context', 'shop', async (_, [verb], { omitVariables } = {}) => {
    if (verb === 'history') omitted = omitVariables;
    return { status: 0, stdout: verb === 'version' ? version.stdout : '[]', stderr: '' };
  });
  await client.history();
  const names = ['HELM_KUBECONTEXT', 'HELM_KUBEAPISERVER', 'HELM_DRIVER', 'HELM_NAMESPACE', 'HELM_CACHE_HOME'];
  expect(names.filter((name) => omitted?.test(name))).toStrictEqual(names.slice(0, 4));
});

test.each([
  ['v3.17.2', '--atomic', ['--wait']],
  ['v4.2.3', '--rollback-on-failure', ['--wait=legacy', '--server-side=true', '--force-conflicts']],
])(
  'Helm %s takes over objects of kubectl, and rolls back where it should',
  async (stdout, rollbackFlag, applyFlags) => {
    const calls: (readonly string[])[] = [];
    const client = await Helm.create('context', 'shop', async (_, args) => {
      if (args[0] === 'version') return { status: 0, stdout, stderr: '' };
      calls.push(args);
      return { status: 0, stdout: '', stderr: '' };
    });
    const options = { chart: '/chart', timeoutSeconds: 9, description: 'a', wait: true, rollback: true };
    await client.upgrade({ ...options, signal: new AbortController().signal });
    await client.upgrade({ ...options, rollback: false, signal: new AbortController().signal });
    const [rollingBack = [], staying = []] = calls;
    expect(rollingBack).toEqual(
      expect.arrayContaining(['shop', '/chart', '--install', '--take-ownership', '--timeout=9s', rollbackFlag]),
    );
    expect(rollingBack).toEqual(expect.arrayContaining([...applyFlags, '--kube-context=context', '--namespace=shop']));
    expect(staying).toEqual(rollingBack.filter((flag) => flag !== rollbackFlag));
  },
);
