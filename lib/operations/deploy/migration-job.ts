import type { CronJob, Job, JobContainer, PodSpec } from '../../cluster/kubernetes-types';
import type { KubernetesManifest } from '../../manifests/manifest';
import { migrationWorkload } from '../../platform/workload-names';

/** The Job of a migration stays for a day after its end, so that somebody can look at it. */
const retention = { ttlSecondsAfterFinished: 86_400 };

/** A variable of a container: its value, or where it is found. */
interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly configMapKeyRef?: { readonly name: string; readonly key: string } };
}

type Volume = NonNullable<PodSpec['volumes']>[number] & { readonly configMap?: { readonly name: string } };
type ConfigMap = KubernetesManifest & { readonly data: Readonly<Record<string, string>> };

/** A Job that waits to be set going, and what it needs that the cluster does not have before the release. */
export interface MigrationJob {
  readonly job: Job;
  /** Objects of its own, by whose names it finds them. */
  readonly belongings: readonly KubernetesManifest[];
}

/** The template of the migration, if the environment has one. */
export function findMigrationTemplate(objects: readonly KubernetesManifest[], platform: string): CronJob | undefined {
  const name = migrationWorkload(platform);
  return objects.find(({ kind, metadata }) => kind === 'CronJob' && metadata.name === name) as CronJob | undefined;
}

/**
 * A Job of the template, at a release that the cluster does not have yet: neither its settings nor its connections. So
 * variables are written out, and it gets files and network policies of its own.
 */
export function migrationJob(template: CronJob, objects: readonly KubernetesManifest[], now: number): MigrationJob {
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
    belongings: [
      ...volumes.flatMap(({ configMap }) =>
        configMap ? [renameConfigMap(configMapOf(configMap.name, objects), name)] : [],
      ),
      ...migrationNetworkPolicies(template.metadata.name, objects, name),
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

/** Every reference was checked when the manifests were synthesized. */
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
 * Network policies that give a workload's pods before the release what those of the release will: they let the pods out,
 * and their peers let them in. Policies add up, so nothing that runs loses a connection by them.
 * @param job name that they begin with
 */
export function migrationNetworkPolicies(
  workload: string,
  objects: readonly KubernetesManifest[],
  job: string,
): readonly KubernetesManifest[] {
  const policies = objects.filter((object): object is NetworkPolicy => object.kind === 'NetworkPolicy');
  return policies.flatMap((policy) => {
    const { spec, metadata } = policy;
    const own = { ...policy, metadata: { ...metadata, name: `${job}-${metadata.name}` } };
    if (isOf(spec, workload)) return [own];
    const ingress = (spec.ingress ?? []).flatMap(({ from = [], ...rule }) => {
      const entrants = from.filter((peer) => isOf(peer, workload));
      return entrants.length > 0 ? [{ ...rule, from: entrants }] : [];
    });
    return ingress.length > 0
      ? [{ ...own, spec: { podSelector: spec.podSelector, ingress, policyTypes: ['Ingress'] } }]
      : [];
  });
}

function isOf({ podSelector }: Peer, workload: string): boolean {
  return podSelector?.matchLabels?.app === workload;
}
