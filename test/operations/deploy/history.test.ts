import { revisionBefore } from '../../../lib/operations/deploy/go-back';
import { lastGood } from '../../../lib/operations/deploy/interrupted';
import { helmCause, type Revision } from '../../../lib/operations/helm';

function revisions(...states: readonly string[]): Revision[] {
  return states.map((state, index) => {
    const [status = '', ...words] = state.split(' ');
    return { revision: index + 1, status, app_version: 'v1.0.0', updated: '', description: words.join(' ') };
  });
}

test.each([
  ['one deploy', ['deployed deploy v1'], 1, undefined],
  ['two', ['superseded deploy v1', 'deployed deploy v2'], 2, 1],
  ['a failed one between', ['superseded deploy v1', 'failed Upgrade "a" failed: x', 'deployed Rollback to 1'], 3, 1],
  ['one at work', ['superseded deploy v1', 'deployed deploy v2', 'pending-upgrade Preparing upgrade'], 2, 2],
  // As Helm writes it: the first install failed, and what followed took its place.
  ['a first one that failed', ['superseded Release "a" failed: x', 'deployed deploy v2'], 2, undefined],
  ['nothing but failures', ['failed Release "a" failed: x'], undefined, undefined],
  ['nothing', [], undefined, undefined],
])('of %s, what was in force last, and before', (_, states, last, before) => {
  const history = revisions(...states);
  expect([lastGood(history)?.revision, revisionBefore(history)?.revision]).toStrictEqual([last, before]);
});

test("Helm's cause is every line of it but its log", () => {
  const stderr = `level=WARN msg="upgrade failed" name=a
Error: UPGRADE FAILED: release a failed: resource Deployment/a/x not ready. status: InProgress, message: Updated: 1/2
context deadline exceeded
`;
  expect(helmCause({ status: 1, stdout: '', stderr })).toBe(
    'Error: UPGRADE FAILED: release a failed: resource Deployment/a/x not ready. status: InProgress, message: Updated: 1/2 | context deadline exceeded',
  );
  expect(helmCause({ status: 1, stdout: '', stderr: '' })).toBe('Helm failed without a word');
});
