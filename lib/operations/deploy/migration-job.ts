import type { SynthesizedObject } from '../../manifests';
import { migrationWorkload } from '../../services/migration';
import type { CronJob, Job, JobContainer, PodSpec } from '../objects';
import { connectionsOf } from './migration-connections';

/** The Job of a migration stays for a day after its end, so that somebody can look at it. */
const kept = { ttlSecondsAfterFinished: 86_400 };

/** A variable of a container: its value, or where it is found. */
interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly configMapKeyRef?: { readonly name: string; readonly key: string } };
}

type Volume = NonNullable<PodSpec['volumes']>[number] & { readonly configMap?: { readonly name: string } };
type ConfigMap = SynthesizedObject & { readonly data: Readonly<Record<string, string>> };

/** A Job that waits to be set going, and what it needs that the cluster does not have before the release. */
export interface MigrationJob {
  readonly job: Job;
  /** Objects of its own, by whose names it finds them. */
  readonly belongings: readonly SynthesizedObject[];
}

/** The template of the migration, if the environment has one. */
export function templateIn(objects: readonly SynthesizedObject[], platform: string): CronJob | undefined {
  const name = migrationWorkload(platform);
  return objects.find(({ kind, metadata }) => kind === 'CronJob' && metadata.name === name) as CronJob | undefined;
}

/**
 * A Job of the template, at a release that the cluster does not have yet: neither its settings nor its connections. So
 * variables are written out, and it gets files and network policies of its own.
 */
export function migrationJob(template: CronJob, objects: readonly SynthesizedObject[], now: number): MigrationJob {
  const name = `${template.metadata.name}-${now}`;
  const { namespace } = template.metadata;
  const { metadata, spec } = template.spec.jobTemplate;
  const pod = spec.template.spec;
  const volumes: readonly Volume[] = pod.volumes ?? [];
  const containers = pod.containers.map((container: JobContainer & { readonly env?: readonly Variable[] }) => ({
    ...container,
    env: container.env?.map((variable) => settled(variable, objects)),
  }));
  const own = { ...pod, containers, volumes: volumes.map((volume) => ownVolume(volume, name)) };
  return {
    job: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace, labels: metadata?.labels },
      spec: { ...spec, ...kept, suspend: true, template: { ...spec.template, spec: own } },
    },
    belongings: [
      ...volumes.flatMap(({ configMap }) => (configMap ? [ownFiles(configMapOf(configMap.name, objects), name)] : [])),
      ...connectionsOf(template.metadata.name, objects, name),
    ],
  };
}

function settled(variable: Variable, objects: readonly SynthesizedObject[]): Variable {
  const reference = variable.valueFrom?.configMapKeyRef;
  if (!reference) return variable;
  return { name: variable.name, value: configMapOf(reference.name, objects).data[reference.key] };
}

function ownVolume(volume: Volume, job: string): Volume {
  const { configMap } = volume;
  return configMap ? { ...volume, configMap: { ...configMap, name: `${job}-${configMap.name}` } } : volume;
}

function ownFiles({ metadata, ...configMap }: ConfigMap, job: string): ConfigMap {
  return { ...configMap, metadata: { ...metadata, name: `${job}-${metadata.name}` } };
}

/** Every reference was checked when the manifests were synthesized. */
function configMapOf(name: string, objects: readonly SynthesizedObject[]): ConfigMap {
  return objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name) as ConfigMap;
}
