import { FailedError, type Problem } from '../../problems';
import { migrationWorkload } from '../../services/migration';
import { veza } from '../../veza';
import { ending } from '../jobs/job';
import type { KubernetesObject } from '../kubectl';
import type { Job } from '../objects';
import type { Place } from '../site';

/**
 * Makes sure that nobody deploys: a deploy would start the services, or change tables, while the database is replaced.
 * @throws FailedError if somebody does, or was killed at it
 */
export async function requireNoDeploy(place: Place): Promise<void> {
  const problems = [...(await releaseProblems(place)), ...(await migrationProblems(place))];
  if (problems.length > 0) throw new FailedError(problems);
}

/** Helm says in the labels of the Secrets that it remembers revisions in what it is doing: helm itself is not needed. */
async function releaseProblems({ kubectl, environment: { name, namespace } }: Place): Promise<Problem[]> {
  const selector = `--selector=owner=helm,name=${namespace}`;
  const revisions = await kubectl.list<KubernetesObject>('secrets', namespace, selector);
  const last = revisions.sort((one, other) => revisionOf(one) - revisionOf(other)).at(-1);
  const status = last?.metadata.labels?.status ?? '';
  if (last === undefined || !status.startsWith('pending-')) return [];
  return [
    `revision ${revisionOf(last)} of ${namespace} is ${status}: wait for the end of that deploy, or, if it was stopped, ` +
      `deploy again, which goes back first: npm run deploy -- ${name} <version> --abandoned`,
  ];
}

async function migrationProblems({ kubectl, environment: { namespace } }: Place): Promise<Problem[]> {
  const jobs = await kubectl.list<Job>('jobs', namespace);
  return jobs
    .filter((job) => job.metadata.name.startsWith(`${migrationWorkload(veza.name)}-`) && ending(job) === undefined)
    .map(({ metadata }) => `Job ${metadata.name} migrates the database: wait for its end, or delete it`);
}

function revisionOf({ metadata }: KubernetesObject): number {
  return Number(metadata.labels?.version);
}
