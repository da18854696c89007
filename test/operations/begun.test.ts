import { begun } from '../../lib/operations/begun';
import { FailedError, InputError, UsageError } from '../../lib/problems';

test.each<[string, Error, readonly string[]]>([
  ['wrong usage', new UsageError('the cluster cannot be reached'), ['the cluster cannot be reached']],
  ['bad input', new InputError(['one', 'two']), ['one', 'two']],
  ['a failure', new FailedError(['three']), ['three']],
])('%s is a failure once something was begun', async (_, error, problems) => {
  const failure = await begun(() => Promise.reject(error)).catch((reason: unknown) => reason);
  expect(failure).toBeInstanceOf(FailedError);
  expect((failure as FailedError).problems).toStrictEqual(problems);
});

test('what comes of it is returned, and a fault of ours stays one', async () => {
  expect(await begun(async () => 1)).toBe(1);
  const fault = new TypeError('x is undefined');
  await expect(begun(() => Promise.reject(fault))).rejects.toBe(fault);
});

test.each<[string, Error, readonly string[]]>([
  ['a wait', Object.assign(new Error('aborted'), { name: 'AbortError' }), ['stopped by SIGINT']],
  ['a program', new FailedError(['kubectl: killed']), ['stopped by SIGINT', 'kubectl: killed']],
  ['a step', new FailedError(['upgrade: stopped by SIGINT', 'went back']), ['upgrade: stopped by SIGINT', 'went back']],
])('who stopped %s is told once, and first', async (_, error, problems) => {
  const stopped = AbortSignal.abort(new FailedError(['stopped by SIGINT']));
  const failure = await begun(() => Promise.reject(error), stopped).catch((reason: unknown) => reason);
  expect((failure as FailedError).problems).toStrictEqual(problems);
});
