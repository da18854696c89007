import { postgresFiles, postgresPaths } from '../../data/postgres-configuration';
import { dataVolume } from '../../data/single-store';
import type { KubernetesObject } from '../kubectl';
import type { Job, JobContainer, JobSpec, PodSpec } from '../objects';

/** A container with the names of the volumes that it mounts. */
type Container = Omit<JobContainer, 'volumeMounts'> & { readonly volumeMounts?: readonly { readonly name: string }[] };

/** The StatefulSet of the database server, as far as it is read. */
export interface ServerSet extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: Omit<PodSpec, 'volumes'> & {
        readonly initContainers?: readonly Container[];
        readonly volumes?: readonly { readonly name: string }[];
      };
    };
  };
}

/** Seconds that a finished Job stays, so that its log can be read: a day. */
const keptSeconds = 86_400;

/** Seconds that a rename may take, the attaching of the volume included. */
const deadlineSeconds = 600;

/** What is set aside, and where. */
export interface SetAside {
  /** Name behind that of the data directory: `damaged-20261125t031500z`. What has been set aside under it stays so. */
  readonly name: string;
  /** Bytes that have to be free on the volume. */
  readonly bytes: number;
}

/**
 * The Job that sets the data of a server aside, with the image, user and volumes with which the server's own pod prepares
 * them. Its pod has no label of the server's, so that no Service leads to it.
 */
export function setAsideJob({ metadata, spec }: ServerSet, { name, bytes }: SetAside, suffix: string): Job {
  const pod = spec.template.spec;
  const prepares = pod.initContainers?.find((container) => container.name === 'initialize');
  if (!prepares) throw new Error(`StatefulSet ${metadata.name} has no init container initialize`);
  const mounted = (prepares.volumeMounts ?? []).map((mount) => mount.name);
  const container = {
    ...prepares,
    name: 'set-aside',
    command: ['sh', `${postgresPaths.config}/${postgresFiles.setAside}`],
    args: [name, String(bytes)],
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
  const claim = { name: dataVolume, persistentVolumeClaim: { claimName: `${dataVolume}-${metadata.name}-0` } };
  const job = {
    backoffLimit: 0,
    activeDeadlineSeconds: deadlineSeconds,
    ttlSecondsAfterFinished: keptSeconds,
    template: {
      spec: {
        ...pod,
        restartPolicy: 'Never',
        initContainers: [],
        containers: [container],
        volumes: [...(pod.volumes ?? []).filter((volume) => mounted.includes(volume.name)), claim],
      },
    },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${metadata.name}-set-aside-${suffix}`, namespace: metadata.namespace },
    spec: job as unknown as JobSpec,
  };
}
