import { runJob } from '../../cluster/jobs';
import type { KubernetesObject } from '../../cluster/kubernetes-client';
import type { Job, JobContainer, JobSpec, PodSpec } from '../../cluster/kubernetes-types';
import { findCondition, type Pod } from '../../cluster/kubernetes-types';
import { kubectlCommandLine, type OperationContext } from '../../cluster/operation-context';
import { waitUntil } from '../../cluster/wait';
import { OperationError } from '../../platform/errors';
import { postgresFiles, postgresPaths } from '../../platform/postgres-pod';
import { dataVolume } from '../../platform/workload-names';
import { jobSuffix } from '../backup/backup-jobs';
import { unendedPod } from './database-writers';
import { server } from './pause-strategies';
import { serverPod } from './postgres-admin';
import type { WorkloadPauser } from './workload-pauser';

/** Name of the server's StatefulSet. */
const workload = 'postgres';

/** Keeps on the StatefulSet, until a restore has succeeded, under which name its damaged data were set aside. */
const annotation = 'veza.app/data-set-aside';

/** Seconds in which a pod with a volume ends, and in which a fresh server is ready. */
const timeout = { end: 300, start: 600 } as const;

/** A fresh server in the place of one whose data are damaged. The data stay on the volume, under another name. */
export class FreshServer {
  /** Under which name the damaged data are; undefined as long as the server works with its own. */
  setAside: string | undefined;

  constructor(
    private readonly site: OperationContext,
    private readonly standstill: WorkloadPauser,
  ) {}

  /** Finds out whether an earlier restore started a fresh server and did not come to its end. */
  async recall(): Promise<void> {
    const { metadata } = (await this.find()) ?? {};
    this.setAside = metadata?.annotations?.[annotation];
  }

  /**
   * Stops the server, sets its data aside and starts a fresh one. If that fails before the data were renamed, nothing is
   * changed; what an earlier restore has set aside stays where it is.
   * @param bytes that have to be free beside the damaged data
   */
  async start(bytes: number): Promise<void> {
    const { site, standstill } = this;
    const found = await this.find();
    if (!found) throw new OperationError([`there is no StatefulSet ${workload} in ${site.environment.namespace}`]);
    await standstill.pause(server, workload);
    await this.ended();
    const suffix = jobSuffix(site.clock.now());
    const name = this.setAside ?? `damaged-${suffix}`;
    const isFirst = this.setAside === undefined;
    // Before the rename: from then on an interrupted restore leaves an empty server, and the next one has to know.
    await this.note(name);
    const end = await runJob(site, setAsideJob(found, { name, bytes }, suffix));
    if (end.kind !== 'complete') {
      if (isFirst) await this.note(null);
      throw new OperationError([`the damaged data were not set aside: ${end.cause}`]);
    }
    await this.resume();
  }

  /** Starts the server again, if a restore has stopped it, and waits until it is ready. */
  async resume(): Promise<void> {
    if (await this.standstill.resume(server, workload)) await this.ready();
  }

  /** The restored database is in its place: the damaged data are nothing but a directory now. */
  async settle(): Promise<void> {
    if (this.setAside !== undefined) await this.note(null);
  }

  /** What to type to remove the damaged data for good. */
  removeCommand(name: string): string {
    return kubectlCommandLine(this.site, `exec ${serverPod} --container=postgres -- sh -c 'rm -r "$PGDATA.${name}"'`);
  }

  private find(): Promise<ServerSet | undefined> {
    const { kubectl, environment } = this.site;
    return kubectl.find<ServerSet>(`statefulset/${workload}`, environment.namespace);
  }

  private async note(name: string | null): Promise<void> {
    const { kubectl, environment } = this.site;
    const patch = { metadata: { annotations: { [annotation]: name } } };
    await kubectl.patch(`statefulset/${workload}`, environment.namespace, patch);
    this.setAside = name ?? undefined;
  }

  private async ended(): Promise<void> {
    const { clock, signal, progress } = this.site;
    let pod: Pod | undefined;
    const look = async () => {
      pod = await this.pod();
      if (pod) progress.update(`pod ${serverPod} ends`);
      return pod === undefined || undefined;
    };
    const late = () => new OperationError(pod ? [unendedPod(this.site, pod)] : []);
    await waitUntil(look, { clock, signal, seconds: timeout.end, onTimeout: late });
  }

  private async ready(): Promise<void> {
    const { clock, signal, progress } = this.site;
    const look = async () => {
      const pod = await this.pod();
      progress.update(`pod ${serverPod} starts`);
      return (pod && findCondition(pod, 'Ready')?.status === 'True') || undefined;
    };
    const describe = kubectlCommandLine(this.site, `describe pod/${serverPod}`);
    const late = () => new OperationError([`the fresh server is not ready after ${timeout.start} s: ${describe}`]);
    await waitUntil(look, { clock, signal, seconds: timeout.start, onTimeout: late });
  }

  private pod(): Promise<Pod | undefined> {
    const { kubectl, environment } = this.site;
    return kubectl.find<Pod>(`pod/${serverPod}`, environment.namespace);
  }
}

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
