import type { KubernetesObject } from '../../cluster/kubernetes-client';
import { formatKubectlCommand, type OperationContext } from '../../cluster/operation-context';
import { retryDuringOutage } from '../../cluster/wait';
import { replicasBeforeRestore } from '../../platform/backup-names';
import { readErrorMessage } from '../../platform/errors';

/** A paused workload, and the value with which it resumes. */
interface PausedWorkload {
  readonly strategy: PauseStrategy;
  readonly name: string;
  readonly originalValue: string;
}

/** Seconds in which resuming a workload is retried. */
const resumeSeconds = 60;

/** Pauses and resumes workloads. Each object keeps its original value itself, in the same write that pauses it. */
export class WorkloadPauser {
  private readonly paused = new Map<string, PausedWorkload>();

  constructor(private readonly context: OperationContext) {}

  /** Loads what an interrupted restore left paused, and returns it as `deployment/veza-chat-server`. */
  async loadPaused(): Promise<string[]> {
    const { kubectl, environment } = this.context;
    for (const strategy of pauseStrategies) {
      for (const { metadata } of await kubectl.list<PausableObject>(`${strategy.kind}s`, environment.namespace)) {
        const originalValue = metadata.annotations?.[strategy.annotation];
        if (originalValue !== undefined) this.add({ strategy, name: metadata.name, originalValue });
      }
    }
    return [...this.paused.keys()];
  }

  /** Pauses a workload, if it exists. */
  async pause(strategy: PauseStrategy, name: string): Promise<void> {
    const object = await this.find(strategy, name);
    if (!object) return;
    const current = strategy.originalValue(object.spec);
    // A workload that an interrupted restore paused must keep the value from before that restore.
    const isPaused = current === strategy.originalValue(strategy.paused);
    const originalValue = (isPaused && object.metadata.annotations?.[strategy.annotation]) || current;
    this.add({ strategy, name, originalValue });
    await this.patch(strategy, name, originalValue, strategy.paused);
  }

  /** Resumes a workload. Returns whether it was paused. */
  async resume(strategy: PauseStrategy, name: string): Promise<boolean> {
    const key = keyOf({ strategy, name });
    const workload = this.paused.get(key);
    if (!workload) return false;
    await this.resumeWithRetry(workload);
    return this.paused.delete(key);
  }

  /** Resumes every paused workload, the last first. Returns the failures, each with the command to type instead. */
  async resumeAll(): Promise<string[]> {
    const failures: string[] = [];
    for (const [key, workload] of [...this.paused].reverse()) {
      try {
        await this.resumeWithRetry(workload);
        this.paused.delete(key);
      } catch (error) {
        failures.push(
          `could not resume ${key}: ${readErrorMessage(error)}. Resume it with: ${this.commandFor(workload)}`,
        );
      }
    }
    return failures;
  }

  get pausedDeployments(): string[] {
    return [...this.paused.values()].filter(({ strategy }) => strategy === scaleToZero).map(({ name }) => name);
  }

  /** Commands that resume every paused workload by hand. */
  get commands(): string[] {
    return [...this.paused.values()].map((workload) => this.commandFor(workload));
  }

  private add(workload: PausedWorkload): void {
    this.paused.set(keyOf(workload), workload);
  }

  private find({ kind }: PauseStrategy, name: string): Promise<PausableObject | undefined> {
    return this.context.kubectl.find<PausableObject>(`${kind}/${name}`, this.context.environment.namespace);
  }

  private async resumeWithRetry({ strategy, name }: PausedWorkload): Promise<void> {
    const attempt = async () => {
      const originalValue = (await this.find(strategy, name))?.metadata.annotations?.[strategy.annotation];
      if (originalValue !== undefined) await this.patch(strategy, name, null, strategy.resumed(originalValue));
    };
    await retryDuringOutage(attempt, { clock: this.context.clock, seconds: resumeSeconds });
  }

  private async patch(
    strategy: PauseStrategy,
    name: string,
    originalValue: string | null,
    spec: PausableSpec,
  ): Promise<void> {
    const { kubectl, environment } = this.context;
    const patch = makePausePatch(strategy, originalValue, spec);
    await kubectl.patch(keyOf({ strategy, name }), environment.namespace, patch);
  }

  private commandFor(workload: PausedWorkload): string {
    const { strategy, originalValue } = workload;
    const patch = JSON.stringify(makePausePatch(strategy, null, strategy.resumed(originalValue)));
    return formatKubectlCommand(this.context, `patch ${keyOf(workload)} --type=merge --patch='${patch}'`);
  }
}

function keyOf({ strategy, name }: Pick<PausedWorkload, 'strategy' | 'name'>): string {
  return `${strategy.kind}/${name}`;
}

/** How a restore pauses one kind of workload, and resumes it with its original settings. */
export interface PauseStrategy {
  readonly kind: 'deployment' | 'statefulset' | 'cronjob';
  /** Annotation that keeps the original value on the object, so that a later run can resume it. */
  readonly annotation: string;
  /** Value to keep: the replica count, or whether the CronJob is suspended. */
  readonly originalValue: (spec: PausableSpec) => string;
  /** Spec patch that pauses the workload. */
  readonly paused: PausableSpec;
  /** Spec patch that resumes it from a kept value. */
  readonly resumed: (originalValue: string) => PausableSpec;
}

/** The fields that pausing changes. */
export interface PausableSpec {
  readonly replicas?: number;
  readonly suspend?: boolean;
}

/** A workload that can be paused. */
export interface PausableObject extends KubernetesObject {
  readonly spec: PausableSpec;
}

/** Scales a Deployment to zero. A HorizontalPodAutoscaler is inactive while its target has zero replicas. */
export const scaleToZero: PauseStrategy = {
  kind: 'deployment',
  annotation: replicasBeforeRestore,
  originalValue: ({ replicas = 1 }) => String(replicas),
  paused: { replicas: 0 },
  resumed: (originalValue) => ({ replicas: Number(originalValue) }),
};

/** Scales the database server to zero. It always resumes with one pod: a server with none was left by a restore. */
export const stopServer: PauseStrategy = {
  ...scaleToZero,
  kind: 'statefulset',
  resumed: () => ({ replicas: 1 }),
};

/** Suspends a CronJob, so that it starts no Jobs. */
export const suspendCronJob: PauseStrategy = {
  kind: 'cronjob',
  annotation: 'veza.app/suspended-before-restore',
  originalValue: ({ suspend = false }) => String(suspend),
  paused: { suspend: true },
  resumed: (originalValue) => ({ suspend: originalValue === 'true' }),
};

/** Every strategy of a restore. */
export const pauseStrategies = [scaleToZero, stopServer, suspendCronJob];

/** Makes the patch that pauses or resumes a workload. An original value of null removes the annotation. */
export function makePausePatch(
  { annotation }: PauseStrategy,
  originalValue: string | null,
  spec: PausableSpec,
): object {
  return { metadata: { annotations: { [annotation]: originalValue } }, spec };
}

/** Whether a restore has paused a workload and not resumed it. */
export function isPausedByRestore({ metadata }: KubernetesObject): boolean {
  return pauseStrategies.some(({ annotation }) => metadata.annotations?.[annotation] !== undefined);
}
