import { findFinishedCondition } from '../../cluster/jobs';
import type { Job, Pod, PodOwner } from '../../cluster/kubernetes-types';
import { formatKubectlCommand, type OperationContext, waitWhilePending } from '../../cluster/operation-context';
import { OperationError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { nameMigrationWorkload, nameServiceWorkload } from '../../platform/workload-names';

/** A Deployment that writes to the database. */
type Writer = PodOwner & {
  readonly spec: { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } };
};

/** Seconds that pods may take to end, in addition to their grace period. */
const removalSeconds = 120;

/** Names the Deployments of a platform's services that write to the database, by their contracts. */
export function listDatabaseWriters({ name: platform, services }: Platform): string[] {
  return services
    .filter(({ calls }) => (calls as readonly string[]).includes('database'))
    .map(({ name }) => nameServiceWorkload(platform, name));
}

/** Waits until no pod of some Deployments is running. */
export async function waitForPodsGone(context: OperationContext, names: readonly string[]): Promise<void> {
  const writers = await listWriters(context, names);
  const gracePeriods = writers.map(({ spec }) => spec.template.spec.terminationGracePeriodSeconds ?? 30);
  await waitWhilePending(context, Math.max(0, ...gracePeriods) + removalSeconds, async () => {
    const left = (await Promise.all(writers.map((writer) => listActivePods(context, writer)))).flat();
    if (left.length === 0) return undefined;
    const podNames = left.map(({ metadata }) => metadata.name).join(', ');
    const state = `waiting for ${left.length} pods to end: ${podNames}`;
    return { state, problems: left.map((pod) => describeStuckPod(context, pod)) };
  });
}

/** Names those of some Deployments that have replicas or pods. */
export async function listStartedWriters(context: OperationContext, names: readonly string[]): Promise<string[]> {
  const writers = await listWriters(context, names);
  const pods = await Promise.all(writers.map((writer) => listActivePods(context, writer)));
  return writers
    .filter(({ spec: { replicas = 1 } }, index) => replicas > 0 || (pods[index] ?? []).length > 0)
    .map(({ metadata }) => metadata.name);
}

/** Lists the pods that may still write. Evicted and finished pods stay until they are deleted. */
async function listActivePods({ kubectl, environment }: OperationContext, { spec }: Writer): Promise<Pod[]> {
  const pods = await kubectl.list<Pod>('pods', environment.namespace, { labels: spec.selector.matchLabels });
  return pods.filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
}

/** Describes a pod that does not end, with the remedy. A node that lost its connection may still run it. */
export function describeStuckPod(context: OperationContext, { metadata: { name }, spec: { nodeName } }: Pod): string {
  if (nodeName === undefined) {
    return `pod ${name} does not end; see ${formatKubectlCommand(context, `describe pod/${name}`)}`;
  }
  const command = formatKubectlCommand(context, `delete pod/${name} --force --grace-period=0`);
  return `pod ${name} on node ${nodeName} does not end; check the node, and once it is certainly off, run: ${command}`;
}

/** Waits until Deployments have as many available pods as replicas. Autoscalers may change that number meanwhile. */
export async function waitForPodsReady(context: OperationContext, names: readonly string[]): Promise<void> {
  const { timeoutSeconds } = context.environment.deployment;
  await waitWhilePending(context, timeoutSeconds, async () => {
    const missing = (await listWriters(context, names)).flatMap((writer) => {
      const { replicas = 1 } = writer.spec;
      const available = countAvailablePods(writer);
      return available < replicas ? [`${writer.metadata.name} has ${available} of ${replicas} pods ready`] : [];
    });
    if (missing.length === 0) return undefined;
    return { state: missing.join(', '), problems: missing.map((line) => `${line} after ${timeoutSeconds} s`) };
  });
}

/** Counts the available pods. A status of an older generation does not count. */
function countAvailablePods({ metadata, status }: Writer): number {
  const { observedGeneration = 0, availableReplicas = 0 } = status ?? {};
  return observedGeneration < (metadata.generation ?? 0) ? 0 : availableReplicas;
}

async function listWriters({ kubectl, environment }: OperationContext, names: readonly string[]): Promise<Writer[]> {
  const deployments = await kubectl.list<Writer>('deployments', environment.namespace);
  return deployments.filter(({ metadata }) => names.includes(metadata.name));
}

/**
 * Makes sure that no migration is changing tables, as a killed deploy may have left one.
 * @throws OperationError if one is active
 */
export async function ensureNoActiveMigration(
  context: OperationContext & { readonly platform: Platform },
): Promise<void> {
  const { kubectl, environment, platform } = context;
  const jobs = await kubectl.list<Job>('jobs', environment.namespace);
  const active = jobs.filter(
    (job) =>
      job.metadata.name.startsWith(`${nameMigrationWorkload(platform.name)}-`) &&
      findFinishedCondition(job) === undefined &&
      !job.spec.suspend,
  );
  if (active.length === 0) return;
  const names = active.map(({ metadata }) => metadata.name).join(', ');
  throw new OperationError([`Job ${names} is migrating the database; wait for it to finish, or delete it`]);
}
