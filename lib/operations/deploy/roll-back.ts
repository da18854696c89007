import { FailedError } from '../../problems';
import type { Revision } from '../helm';
import type { Crew } from './crew';
import { goBack, wayBack } from './go-back';
import { historyUnderLock, overtakenBy, type Plan } from './plan';

/**
 * Takes an environment back to an earlier revision, unless somebody else has changed it since that was decided. Returns
 * what it did, in one line.
 * @param stop keeps it from beginning; half-way back would be worse than back
 * @throws FailedError with the cause
 */
export async function rollBack(
  aim: Revision,
  { environment, history }: Pick<Plan, 'environment' | 'history'>,
  crew: Omit<Crew, 'say' | 'smoke'>,
  stop: AbortSignal,
): Promise<string> {
  const release = `revision ${aim.revision} (${aim.app_version})`;
  await crew.lease.hold(`rollback to revision ${aim.revision}`, stop, async ({ signal, confirm }) => {
    const other = overtakenBy(history, await historyUnderLock(environment, crew));
    if (other) {
      const what = `revision ${other.revision} (${other.app_version}) was deployed meanwhile`;
      throw new FailedError([`${what}; nothing was changed: see \`npm run releases\`, and run it again`]);
    }
    signal.throwIfAborted();
    await confirm();
    crew.progress.step(`go back to ${release}`);
    await goBack(wayBack(environment, crew, signal), aim);
    crew.progress.done('everything is ready');
  });
  return `${environment.name} is back at ${release}; data was not rolled back`;
}
