import { FailedError, type Problem } from '../../problems';
import { isHeld } from '../backup/held';
import type { Kubectl } from '../kubectl';

/** What a restore keeps still, which a deploy would set going while the database is not there. */
export async function restoreProblems(kubectl: Kubectl, namespace: string): Promise<Problem[]> {
  const objects = await kubectl.list('deployments,cronjobs', namespace);
  const held = objects.filter(isHeld).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  if (held.length === 0) return [];
  return [
    `a restore keeps ${held.join(', ')} still; wait for its end, or, if it was stopped, run it again with --take-over: that repairs it`,
  ];
}

/**
 * Makes sure that no restore has begun since that was asked last.
 * @throws FailedError if one has
 */
export async function requireNoRestore(kubectl: Kubectl, namespace: string): Promise<void> {
  const problems = await restoreProblems(kubectl, namespace);
  if (problems.length > 0) throw new FailedError(problems);
}
