import { FailedError } from '../../problems';
import { migrationWorkload } from '../../services/migration';
import { veza } from '../../veza';
import { ending } from '../jobs/job';
import type { Job } from '../objects';
import type { Place } from '../site';

/**
 * Makes sure that no migration changes tables, as one does whose deploy was killed.
 * @throws FailedError if one is at work
 */
export async function requireNoMigration({ kubectl, environment: { namespace } }: Place): Promise<void> {
  const jobs = await kubectl.list<Job>('jobs', namespace);
  const atWork = jobs.filter(
    (job) =>
      job.metadata.name.startsWith(`${migrationWorkload(veza.name)}-`) &&
      ending(job) === undefined &&
      !job.spec.suspend,
  );
  if (atWork.length === 0) return;
  const names = atWork.map(({ metadata }) => metadata.name).join(', ');
  throw new FailedError([`Job ${names} migrates the database: wait for its end, or delete it`]);
}
