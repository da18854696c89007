import type { Revision } from '../../../lib/cluster/helm-client';
import {
  findLastSuccessful,
  findPreviousSuccessful,
  selectRollbackTarget,
} from '../../../lib/operations/rollback/release-history';

/** A history as Helm prints it: the state of each revision, and how it describes it. */
function revisions(states: readonly string[]): Revision[] {
  return states.map((state, index) => {
    const [status = '', ...words] = state.split(' ');
    return { revision: index + 1, status, app_version: 'v1.0.0', updated: '', description: words.join(' ') };
  });
}

const two = ['superseded deploy v1', 'superseded deploy v2'];

test.each<[string, readonly string[], number | undefined, number | undefined]>([
  ['one deploy', ['deployed deploy v1'], 1, undefined],
  ['two', ['superseded deploy v1', 'deployed deploy v2'], 2, 1],
  ['one that failed and was rolled back', [...two, 'failed Upgrade "a" failed: x', 'deployed Rollback to 2'], 4, 1],
  ['one that failed, and nothing was rolled back', ['deployed deploy v1', 'failed Upgrade "a" failed: x'], 1, 1],
  ['one at work', ['superseded deploy v1', 'deployed deploy v2', 'pending-upgrade Preparing upgrade'], 2, 2],
  ['one whose smoke tests failed', [...two, 'superseded deploy v3', 'deployed Rollback to 2'], 4, 1],
  ['a rollback by hand', [...two, 'deployed Rollback to 1'], 3, undefined],
  ['a deploy after that', [...two, 'superseded Rollback to 1', 'deployed deploy v3'], 4, 3],
  ['a rollback of a rollback', [...two, 'superseded Rollback to 1', 'deployed Rollback to 2'], 4, 3],
  [
    'a rollback to a rollback',
    [...two, 'superseded Rollback to 1', 'failed x', 'deployed Rollback to 3'],
    5,
    undefined,
  ],
  // As Helm writes it: the first install failed, and what followed took its place.
  ['a first one that failed', ['superseded Release "a" failed: x', 'deployed deploy v2'], 2, undefined],
  ['a first one that was only begun', ['deployed begin v1'], undefined, undefined],
  ['nothing but failures', ['failed Release "a" failed: x'], undefined, undefined],
  ['nothing', [], undefined, undefined],
])('of %s, what is in force, and what was before', (_, states, last, before) => {
  const history = revisions(states);
  expect([findLastSuccessful(history)?.revision, findPreviousSuccessful(history)?.revision]).toStrictEqual([
    last,
    before,
  ]);
});

const bad = revisions([
  ...two,
  'superseded deploy v3',
  'superseded Rollback to 2',
  'failed x',
  'deployed Rollback to 4',
]);

test('a rollback selects the last revision that was not rolled back, or the requested one', () => {
  expect([selectRollbackTarget(bad).revision, selectRollbackTarget(bad, '3').revision]).toStrictEqual([1, 3]);
});

test.each([
  [bad, '5', 'revision 5 was never deployed successfully (deployed revisions: 1, 2, 3, 4, 6)'],
  [bad, 'x', 'revision x was never deployed successfully (deployed revisions: 1, 2, 3, 4, 6)'],
  [bad, '2', 'revision 2 (v1.0.0) is already running (deployed revisions: 1, 2, 3, 4, 6)'],
  [revisions(['deployed deploy v1']), undefined, 'no earlier release to roll back to (deployed revisions: 1)'],
  [[], undefined, 'no earlier release to roll back to (deployed revisions: none)'],
])('a rollback that leads nowhere is refused', (history, asked, message) => {
  expect(() => selectRollbackTarget(history, asked)).toThrow(message);
});
