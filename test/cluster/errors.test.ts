import { runMutation } from '../../lib/cluster/errors';
import { OperationError, UsageError, ValidationError } from '../../lib/platform/errors';

test.each<[string, Error, readonly string[]]>([
  ['wrong usage', new UsageError('the cluster cannot be reached'), ['the cluster cannot be reached']],
  ['bad input', new ValidationError(['one', 'two']), ['one', 'two']],
  ['a failure', new OperationError(['three']), ['three']],
])('%s becomes an OperationError once work has started', async (_, error, problems) => {
  const failure = await runMutation(() => Promise.reject(error)).catch((reason: unknown) => reason);
  expect(failure).toBeInstanceOf(OperationError);
  expect((failure as OperationError).problems).toStrictEqual(problems);
});

test('the result is returned, and a bug is rethrown unchanged', async () => {
  expect(await runMutation(async () => 1)).toBe(1);
  const bug = new TypeError('x is undefined');
  await expect(runMutation(() => Promise.reject(bug))).rejects.toBe(bug);
});

test.each<[string, Error, readonly string[]]>([
  ['a wait', Object.assign(new Error('aborted'), { name: 'AbortError' }), ['stopped by SIGINT']],
  ['a program', new OperationError(['kubectl: killed']), ['stopped by SIGINT', 'kubectl: killed']],
  [
    'a step',
    new OperationError(['upgrade: stopped by SIGINT', 'rolled back']),
    ['upgrade: stopped by SIGINT', 'rolled back'],
  ],
])('the abort reason of %s is reported once, and first', async (_, error, problems) => {
  const stopped = AbortSignal.abort(new OperationError(['stopped by SIGINT']));
  const failure = await runMutation(() => Promise.reject(error), stopped).catch((reason: unknown) => reason);
  expect((failure as OperationError).problems).toStrictEqual(problems);
});
