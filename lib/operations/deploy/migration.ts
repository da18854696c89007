import {
  createOrCleanUp,
  deleteJob,
  findFinishedCondition,
  isFromCronJob,
  type JobResult,
  waitForJob,
} from '../../cluster/jobs';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import type { CronJob, Job, JobContainer, PodSpec } from '../../cluster/kubernetes-types';
import type { OperationContext } from '../../cluster/operation-context';
import type { KubernetesManifest } from '../../manifests/manifest';
import { OperationError } from '../../platform/errors';
import { nameMigrationWorkload } from '../../platform/workload-names';
import type { DeployContext, DeployPlan } from './deploy-context';

/**
 * Migrates the database to the release to deploy. The migration must leave it usable by the previous release: that one
 * keeps running until the new one is ready, and comes back if it fails. A running migration is never stopped half-way.
 *
 * @throws OperationError with the cause
 */
export async function runMigration(
  template: CronJob,
  { manifests }: Pick<DeployPlan, 'manifests'>,
  { kubectl, environment, progress, clock }: DeployContext,
): Promise<void> {
  // Without the signal of the context: an abort must not end the wait for a migration.
  const context: OperationContext = { kubectl, environment, progress, clock };
  progress.step('Migrating database');
  for (const job of await listActiveMigrations(kubectl, environment.namespace, template))
    await waitAndCleanUp(context, job);
  const { job, dependents } = makeMigrationJob(template, manifests.objects, clock.now());
  await createOrCleanUp(context, job, () => startSuspended(kubectl, job, dependents));
  const result = await waitAndCleanUp(context, job);
  if (result.kind !== 'complete') {
    const failure = `migration Job ${result.job} failed`;
    // The cause is the end of a log, which may hold a secret.
    throw new OperationError([`${failure}: ${result.cause}`], [failure]);
  }
  progress.succeed(`Migrated database (Job ${result.job})`);
}

/** Deletes a Job that never started, so that it does not start unobserved later; one that runs is never stopped. */
async function waitAndCleanUp(context: OperationContext, job: Job): Promise<JobResult> {
  const result = await waitForJob(context, job);
  if (result.kind === 'not-started') await deleteJob(context, job);
  return result;
}

/** An interrupted deploy may have left one, and two migrations at a time would interfere. */
async function listActiveMigrations(kubectl: KubernetesClient, namespace: string, template: CronJob): Promise<Job[]> {
  const jobs = await kubectl.list<Job>('jobs', namespace);
  return jobs.filter(
    (job) => isFromCronJob(job, template) && findFinishedCondition(job) === undefined && !job.spec.suspend,
  );
}

/** Creates the Job suspended, then its dependents, then resumes it: they exist before its pod, and go with the Job. */
async function startSuspended(
  kubectl: KubernetesClient,
  job: Job,
  dependents: readonly KubernetesManifest[],
): Promise<void> {
  const { metadata } = await kubectl.create<Job>(job);
  const { name, namespace = '', uid } = metadata;
  const ownerReferences = [{ apiVersion: job.apiVersion, kind: job.kind, name, uid }];
  const owned = dependents.map((object) => ({ ...object, metadata: { ...object.metadata, ownerReferences } }));
  for (const object of owned) await kubectl.create(object);
  await kubectl.patch(`job/${name}`, namespace, { spec: { suspend: false } });
}

/** Seconds for which a finished migration Job is kept for inspection: a day. */
const retention = { ttlSecondsAfterFinished: 86_400 };

/** A variable of a container: its value, or where the value is. */
interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly configMapKeyRef?: { readonly name: string; readonly key: string } };
}

type Volume = NonNullable<PodSpec['volumes']>[number] & { readonly configMap?: { readonly name: string } };
type ConfigMap = KubernetesManifest & { readonly data: Readonly<Record<string, string>> };

/** A suspended Job, and the objects it needs that the cluster does not have before the release. */
export interface MigrationJob {
  readonly job: Job;
  /** ConfigMaps and network policies that are named after the Job and owned by it. */
  readonly dependents: readonly KubernetesManifest[];
}

/** Finds the CronJob that is the template of the migration; undefined if the environment has no migration. */
export function findMigrationTemplate(objects: readonly KubernetesManifest[], platform: string): CronJob | undefined {
  const name = nameMigrationWorkload(platform);
  return objects.find(({ kind, metadata }) => kind === 'CronJob' && metadata.name === name) as CronJob | undefined;
}

/**
 * Makes a Job of the template for a release that the cluster does not have yet. Neither its settings nor its connections
 * exist there, so variables are resolved, and the Job gets ConfigMaps and network policies of its own.
 */
export function makeMigrationJob(template: CronJob, objects: readonly KubernetesManifest[], now: number): MigrationJob {
  const name = `${template.metadata.name}-${now}`;
  const { namespace } = template.metadata;
  const { metadata, spec } = template.spec.jobTemplate;
  const pod = spec.template.spec;
  const volumes: readonly Volume[] = pod.volumes ?? [];
  const containers = pod.containers.map((container: JobContainer & { readonly env?: readonly Variable[] }) => ({
    ...container,
    env: container.env?.map((variable) => resolveVariable(variable, objects)),
  }));
  const own = { ...pod, containers, volumes: volumes.map((volume) => renameVolume(volume, name)) };
  return {
    job: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace, labels: metadata?.labels },
      spec: { ...spec, ...retention, suspend: true, template: { ...spec.template, spec: own } },
    },
    dependents: [
      ...volumes.flatMap(({ configMap }) =>
        configMap ? [renameConfigMap(configMapOf(configMap.name, objects), name)] : [],
      ),
      ...copyNetworkPolicies(template.metadata.name, objects, name),
    ],
  };
}

function resolveVariable(variable: Variable, objects: readonly KubernetesManifest[]): Variable {
  const reference = variable.valueFrom?.configMapKeyRef;
  if (!reference) return variable;
  return { name: variable.name, value: configMapOf(reference.name, objects).data[reference.key] };
}

function renameVolume(volume: Volume, job: string): Volume {
  const { configMap } = volume;
  return configMap ? { ...volume, configMap: { ...configMap, name: `${job}-${configMap.name}` } } : volume;
}

function renameConfigMap({ metadata, ...configMap }: ConfigMap, job: string): ConfigMap {
  return { ...configMap, metadata: { ...metadata, name: `${job}-${metadata.name}` } };
}

/** Finds a ConfigMap of the release. It exists: the lint has checked every reference. */
function configMapOf(name: string, objects: readonly KubernetesManifest[]): ConfigMap {
  return objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name) as ConfigMap;
}

interface Peer {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

interface NetworkPolicy extends KubernetesManifest {
  readonly spec: Peer & {
    readonly ingress?: readonly { readonly from?: readonly Peer[] }[];
    readonly policyTypes?: readonly string[];
  };
}

/**
 * Copies the network policies that the migration's pods will have with the release: their own egress, and the ingress of
 * their peers. Policies are additive, so no running pod loses a connection.
 *
 * @param job prefix of the names of the copies
 */
function copyNetworkPolicies(
  workload: string,
  objects: readonly KubernetesManifest[],
  job: string,
): readonly KubernetesManifest[] {
  const policies = objects.filter((object): object is NetworkPolicy => object.kind === 'NetworkPolicy');
  return policies.flatMap((policy) => {
    const { spec, metadata } = policy;
    const copy = { ...policy, metadata: { ...metadata, name: `${job}-${metadata.name}` } };
    if (selects(spec, workload)) return [copy];
    const ingress = (spec.ingress ?? []).flatMap(({ from = [], ...rule }) => {
      const migrationPeers = from.filter((peer) => selects(peer, workload));
      return migrationPeers.length > 0 ? [{ ...rule, from: migrationPeers }] : [];
    });
    return ingress.length > 0
      ? [{ ...copy, spec: { podSelector: spec.podSelector, ingress, policyTypes: ['Ingress'] } }]
      : [];
  });
}

function selects({ podSelector }: Peer, workload: string): boolean {
  return podSelector?.matchLabels?.app === workload;
}
