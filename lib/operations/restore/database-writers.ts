import { finishedCondition } from '../../cluster/jobs';
import type { KubernetesObject } from '../../cluster/kubernetes-client';
import type { Job, Pod, PodSpec } from '../../cluster/kubernetes-types';
import type { ClusterContext } from '../../cluster/operation-context';
import { kubectlCommandLine, type OperationContext } from '../../cluster/operation-context';
import { waitUntil } from '../../cluster/wait';
import { OperationError } from '../../platform/errors';
import { migrationWorkload, serviceWorkload } from '../../platform/workload-names';
import { veza } from '../../veza/veza';

/** A Deployment that writes to the database. */
interface Writer extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: { readonly spec: PodSpec };
  };
  readonly status?: { readonly observedGeneration?: number; readonly availableReplicas?: number };
}

/** Seconds that pods may take to be gone beyond the grace that they have. */
const removalSeconds = 120;

/** The Deployments of every service whose contract calls the database. */
export function databaseWriters(): string[] {
  return veza.services
    .filter(({ calls }) => (calls as readonly string[]).includes('database'))
    .map(({ name }) => serviceWorkload(veza.name, name));
}

/** Waits until no pod of some Deployments is at work. */
export async function waitForPodsGone(site: OperationContext, names: readonly string[]): Promise<void> {
  const { clock, signal, progress } = site;
  const writers = await listWriters(site, names);
  const graces = writers.map(({ spec }) => spec.template.spec.terminationGracePeriodSeconds ?? 30);
  let left: Pod[] = [];
  const look = async () => {
    left = (await Promise.all(writers.map((writer) => podsOf(site, writer)))).flat();
    if (left.length > 0)
      progress.update(`${left.length} pods end: ${left.map(({ metadata }) => metadata.name).join(', ')}`);
    return left.length === 0 || undefined;
  };
  const late = () => new OperationError(left.map((pod) => unendedPod(site, pod)));
  await waitUntil(look, { clock, signal, seconds: Math.max(0, ...graces) + removalSeconds, onTimeout: late });
}

/** Names of the Deployments that have pods, or are to have some. */
export async function startedWriters(site: OperationContext, names: readonly string[]): Promise<string[]> {
  const writers = await listWriters(site, names);
  const pods = await Promise.all(writers.map((writer) => podsOf(site, writer)));
  return writers
    .filter(({ spec: { replicas = 1 } }, index) => replicas > 0 || (pods[index] ?? []).length > 0)
    .map(({ metadata }) => metadata.name);
}

/** Pods that may still write. One that was evicted, or came to its end, stays until somebody removes it. */
async function podsOf({ kubectl, environment }: OperationContext, { spec }: Writer): Promise<Pod[]> {
  const pods = await kubectl.list<Pod>('pods', environment.namespace, { labels: spec.selector.matchLabels });
  return pods.filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
}

/** What to do about a pod that does not end. A node that is off cannot tell that a pod of its has ended, and may still run it. */
export function unendedPod(site: OperationContext, { metadata: { name }, spec: { nodeName } }: Pod): string {
  if (nodeName === undefined)
    return `pod ${name} does not end; look at it: ${kubectlCommandLine(site, `describe pod/${name}`)}`;
  const command = kubectlCommandLine(site, `delete pod/${name} --force --grace-period=0`);
  return `pod ${name} on node ${nodeName} does not end; look at that node, and once it is switched off for certain: ${command}`;
}

/** Waits until Deployments have as many available pods as they are to have by now: an autoscaler may want others than before. */
export async function waitForPodsReady(site: OperationContext, names: readonly string[]): Promise<void> {
  const { environment, clock, signal, progress } = site;
  const { timeoutSeconds } = environment.deployment;
  let missing: string[] = [];
  const look = async () => {
    missing = (await listWriters(site, names)).flatMap((writer) => {
      const { replicas = 1 } = writer.spec;
      const available = availableOf(writer);
      return available < replicas ? [`${writer.metadata.name} has ${available} of ${replicas} pods ready`] : [];
    });
    if (missing.length > 0) progress.update(missing.join(', '));
    return missing.length === 0 || undefined;
  };
  const late = () => new OperationError(missing.map((line) => `${line} after ${timeoutSeconds} s`));
  await waitUntil(look, { clock, signal, seconds: timeoutSeconds, onTimeout: late });
}

/** What the controller has not seen yet, it tells of as it was. */
function availableOf({ metadata, status }: Writer): number {
  const { observedGeneration = 0, availableReplicas = 0 } = status ?? {};
  return observedGeneration < (metadata.generation ?? 0) ? 0 : availableReplicas;
}

async function listWriters({ kubectl, environment }: OperationContext, names: readonly string[]): Promise<Writer[]> {
  const deployments = await kubectl.list<Writer>('deployments', environment.namespace);
  return deployments.filter(({ metadata }) => names.includes(metadata.name));
}

/**
 * Makes sure that no migration changes tables, as one does whose deploy was killed.
 * @throws OperationError if one is at work
 */
export async function ensureNoActiveMigration({ kubectl, environment: { namespace } }: ClusterContext): Promise<void> {
  const jobs = await kubectl.list<Job>('jobs', namespace);
  const atWork = jobs.filter(
    (job) =>
      job.metadata.name.startsWith(`${migrationWorkload(veza.name)}-`) &&
      finishedCondition(job) === undefined &&
      !job.spec.suspend,
  );
  if (atWork.length === 0) return;
  const names = atWork.map(({ metadata }) => metadata.name).join(', ');
  throw new OperationError([`Job ${names} migrates the database: wait for its end, or delete it`]);
}
