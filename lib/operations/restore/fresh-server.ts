import { runJob } from '../../cluster/jobs';
import type { KubernetesObject } from '../../cluster/kubernetes-client';
import {
  findCondition,
  type Job,
  type JobContainer,
  type JobSpec,
  type Pod,
  type PodSpec,
} from '../../cluster/kubernetes-types';
import { formatKubectlCommand, type OperationContext, waitWhilePending } from '../../cluster/operation-context';
import { OperationError } from '../../platform/errors';
import { postgresFiles, postgresPaths, postgresServer } from '../../platform/postgres-pod';
import { dataVolume, nameFirstDataClaim } from '../../platform/workload-names';
import { finishedJobSeconds, makeJobSuffix } from '../backup/backup-jobs';
import { describeStuckPod } from './database-writers';
import { stopServer, type WorkloadPauser } from './workload-pauser';

/** Annotation that keeps the name of the damaged data on the StatefulSet until a restore has succeeded. */
const setAsideAnnotation = 'veza.app/data-set-aside';

/** Seconds in which a pod with a volume ends, and in which a fresh server becomes ready. */
const timeouts = { end: 300, start: 600 } as const;

/** Replaces a server whose data is damaged by a fresh one. The data stays on the volume, under another name. */
export class FreshServer {
  /** Name of the damaged data; undefined as long as the server uses its own data. */
  setAsideName: string | undefined;

  constructor(
    private readonly context: OperationContext,
    private readonly pauser: WorkloadPauser,
  ) {}

  /** Loads whether an interrupted restore left a fresh server. */
  async loadInterrupted(): Promise<void> {
    const statefulSet = await this.find();
    this.setAsideName = statefulSet?.metadata.annotations?.[setAsideAnnotation];
  }

  /**
   * Stops the server, sets its data aside and starts a fresh server. If that fails before the data was renamed, nothing is
   * changed. Data that an interrupted restore has set aside stays where it is.
   * @param bytes that must be free next to the damaged data
   * @returns the name of the damaged data
   */
  async start(bytes: number): Promise<string> {
    const { context, pauser } = this;
    const { workload } = postgresServer;
    const statefulSet = await this.find();
    if (!statefulSet) {
      throw new OperationError([`there is no StatefulSet ${workload} in ${context.environment.namespace}`]);
    }
    await pauser.pause(stopServer, workload);
    await this.waitForPodGone();
    const suffix = makeJobSuffix(context.clock.now());
    const isFirst = this.setAsideName === undefined;
    const name = this.setAsideName ?? `damaged-${suffix}`;
    // Before the rename: after it, an interrupted restore leaves an empty server, and the next restore must know that.
    await this.annotate(name);
    const result = await runJob(context, makeSetAsideJob(statefulSet, { name, bytes }, suffix));
    if (result.kind !== 'complete') {
      if (isFirst) await this.annotate(null);
      throw new OperationError([`could not set the damaged data aside: ${result.cause}`]);
    }
    await this.resume();
    return name;
  }

  /** Starts the server, if a restore has stopped it, and waits until it is ready. */
  async resume(): Promise<void> {
    if (await this.pauser.resume(stopServer, postgresServer.workload)) await this.waitForReady();
  }

  /** Removes the annotation once the restored database is in place: the server has data again. */
  async finish(): Promise<void> {
    if (this.setAsideName !== undefined) await this.annotate(null);
  }

  /** Command that deletes the damaged data. */
  removeCommand(name: string): string {
    const { pod, container } = postgresServer;
    return formatKubectlCommand(
      this.context,
      `exec ${pod} --container=${container} -- sh -c 'rm -r "$PGDATA.${name}"'`,
    );
  }

  private find(): Promise<PostgresStatefulSet | undefined> {
    const { kubectl, environment } = this.context;
    return kubectl.find<PostgresStatefulSet>(`statefulset/${postgresServer.workload}`, environment.namespace);
  }

  private async annotate(name: string | null): Promise<void> {
    const { kubectl, environment } = this.context;
    const patch = { metadata: { annotations: { [setAsideAnnotation]: name } } };
    await kubectl.patch(`statefulset/${postgresServer.workload}`, environment.namespace, patch);
    this.setAsideName = name ?? undefined;
  }

  private async waitForPodGone(): Promise<void> {
    await waitWhilePending(this.context, timeouts.end, async () => {
      const pod = await this.findPod();
      const state = `waiting for pod ${postgresServer.pod} to end`;
      return pod && { state, problems: [describeStuckPod(this.context, pod)] };
    });
  }

  private async waitForReady(): Promise<void> {
    const describe = formatKubectlCommand(this.context, `describe pod/${postgresServer.pod}`);
    const problems = [`the fresh server is not ready after ${timeouts.start} s; see ${describe}`];
    await waitWhilePending(this.context, timeouts.start, async () => {
      const pod = await this.findPod();
      const isReady = pod && findCondition(pod, 'Ready')?.status === 'True';
      return isReady ? undefined : { state: `waiting for pod ${postgresServer.pod} to become ready`, problems };
    });
  }

  private findPod(): Promise<Pod | undefined> {
    const { kubectl, environment } = this.context;
    return kubectl.find<Pod>(`pod/${postgresServer.pod}`, environment.namespace);
  }
}

/** A container with the names of the volumes that it mounts. */
type Container = Omit<JobContainer, 'volumeMounts'> & { readonly volumeMounts?: readonly { readonly name: string }[] };

/** The fields that are read of the database server's StatefulSet. */
export interface PostgresStatefulSet extends KubernetesObject {
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

/** Seconds that the rename may take, attaching the volume included. */
const deadlineSeconds = 600;

export interface SetAsideRequest {
  /** Suffix of the data directory's new name: `damaged-20261125t031500z`. */
  readonly name: string;
  /** Bytes that must be free on the volume. */
  readonly bytes: number;
}

/**
 * Makes the Job that sets the data of a server aside. It has the image, user and volumes of the server's init container.
 * Its pod has none of the server's labels, so that no Service routes to it, but one by which admission policies permit it.
 */
export function makeSetAsideJob(
  { metadata, spec }: PostgresStatefulSet,
  { name, bytes }: SetAsideRequest,
  suffix: string,
): Job {
  const pod = spec.template.spec;
  const initContainer = pod.initContainers?.find((each) => each.name === postgresServer.initContainer);
  if (!initContainer) {
    throw new Error(`StatefulSet ${metadata.name} has no init container ${postgresServer.initContainer}`);
  }
  const mounted = (initContainer.volumeMounts ?? []).map((mount) => mount.name);
  const container = {
    ...initContainer,
    name: 'set-aside',
    command: ['sh', `${postgresPaths.config}/${postgresFiles.setAside}`],
    args: [name, String(bytes)],
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
  const claim = { name: dataVolume, persistentVolumeClaim: { claimName: nameFirstDataClaim(metadata.name) } };
  const jobSpec = {
    backoffLimit: 0,
    activeDeadlineSeconds: deadlineSeconds,
    ttlSecondsAfterFinished: finishedJobSeconds,
    template: {
      metadata: { labels: { app: postgresServer.setAside } },
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
    metadata: { name: `${postgresServer.setAside}-${suffix}`, namespace: metadata.namespace },
    spec: jobSpec as unknown as JobSpec,
  };
}
