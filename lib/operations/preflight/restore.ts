import type { Problem } from '../../problems';
import { isHeld } from '../backup/brakes';
import type { Kubectl } from '../kubectl';

/** What a restore keeps still, which a deploy would set going while the database is not there. */
export async function restoreProblems(kubectl: Kubectl, namespace: string): Promise<Problem[]> {
  const objects = await kubectl.list('deployments,statefulsets,cronjobs', namespace);
  const held = objects.filter(isHeld).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  if (held.length === 0) return [];
  return [
    `a restore keeps ${held.join(', ')} still; wait for its end, or, if it was stopped, run it again: that repairs it`,
  ];
}
