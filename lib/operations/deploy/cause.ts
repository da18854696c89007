import { FailedError, type Problem } from '../../problems';
import { helmCause } from '../helm';
import type { Kubectl, KubernetesObject } from '../kubectl';
import type { Pod } from '../objects';
import { type PodTrouble, troubleOfPod, unreadiness } from '../pods';
import type { Answer } from '../program';
import { awaitedPods } from './awaited-pods';

/** Lines of a log that stand in the cause of a failure. */
const logLines = 3;

/** A pod and what is wrong with it. */
interface Found {
  readonly pod: Pod;
  readonly trouble: PodTrouble;
}

/** What is remembered of it. */
interface Seen {
  readonly uid: string | undefined;
  /** The pod and its state. */
  readonly state: string;
  /** How its log ends; empty if it has none. */
  readonly log: string;
  /** Whether the pod fails because of what is followed, and is not just not ready yet. */
  readonly failing: boolean;
}

/**
 * Looks for why the pods of a release do not become ready, while they are still there: going back takes them away. What was
 * seen last stands for the whole, but a pod that failed before all this, or is only not ready yet, says less than one that
 * fails now.
 */
export class Cause {
  private seen: Seen | undefined;
  /** Pods that failed at the first look: Helm has changed nothing by then. */
  private before: ReadonlySet<string | undefined> | undefined;

  constructor(
    private readonly kubectl: Kubectl,
    private readonly release: string,
  ) {}

  /**
   * What Helm failed with, as an error in words that take the cause: the pod, its state, its last log lines, and what Helm
   * says itself. Logs may hold secrets, so the news has none.
   */
  failure(answer: Answer, words: (cause: string) => readonly Problem[]): FailedError {
    const helm = helmCause(answer);
    if (!this.seen) return new FailedError(words(helm));
    const { state, log } = this.seen;
    const ending = log === '' ? '' : `; its log ends: ${log}`;
    return new FailedError(words(`${state}${ending}; Helm: ${helm}`), words(`${state}; Helm: ${helm}`));
  }

  /** Looks at everything as it is now. */
  async lookAt(objects: readonly KubernetesObject[]): Promise<void> {
    const pods = awaitedPods(this.release, objects);
    const failing = pods.flatMap((pod) => found(pod, troubleOfPod(pod)));
    this.before ??= new Set(failing.map(({ pod }) => pod.metadata.uid));
    const fresh = failing.find(({ pod }) => !this.before?.has(pod.metadata.uid));
    if (fresh) return this.remember(fresh, true);
    if (this.seen?.failing) return;
    const [other] = [...pods.flatMap((pod) => found(pod, unreadiness(pod))), ...failing];
    if (other) await this.remember(other, false);
    else if (isThere(this.seen, objects)) this.seen = undefined;
  }

  private async remember({ pod, trouble }: Found, failing: boolean): Promise<void> {
    const state = `pod ${pod.metadata.name}: ${trouble.state}`;
    if (state === this.seen?.state && failing === this.seen.failing) return;
    this.seen = { uid: pod.metadata.uid, state, log: await this.log(pod, trouble), failing };
  }

  private async log({ metadata }: Pod, { container, crashed }: PodTrouble): Promise<string> {
    if (container === undefined) return '';
    const { status, stdout } = await this.kubectl.ask([
      'logs',
      metadata.name,
      `--namespace=${metadata.namespace}`,
      `--container=${container}`,
      `--tail=${logLines}`,
      ...(crashed ? ['--previous'] : []),
    ]);
    return status === 0 ? stdout.trim().split('\n').filter(Boolean).join(' | ') : '';
  }
}

function found(pod: Pod, trouble: PodTrouble | undefined): Found[] {
  return trouble ? [{ pod, trouble }] : [];
}

/** A pod that is still there has got over its trouble; one that is gone was taken away with it. */
function isThere(seen: Seen | undefined, objects: readonly KubernetesObject[]): boolean {
  return objects.some(({ metadata }) => metadata.uid === seen?.uid && metadata.deletionTimestamp === undefined);
}
