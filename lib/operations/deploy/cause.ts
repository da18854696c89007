import type { Kubectl } from '../kubectl';
import type { Pod } from '../objects';
import { type PodTrouble, troubleOfPod, unreadiness } from '../pods';

/** Lines of a log that stand in the cause of a failure. */
const logLines = 3;

/**
 * Looks for why pods do not become ready, while they are still there: going back takes them away. What was seen last
 * stands for the whole, but a pod that is only not ready yet says less than one that fails.
 */
export class Cause {
  private seen: { readonly told: string; readonly text: string; readonly failing: boolean } | undefined;

  constructor(private readonly kubectl: Kubectl) {}

  /** The cause in one line: the pod, its state, its last log lines. */
  get line(): string | undefined {
    return this.seen?.text;
  }

  /** Looks at all pods as they are now. */
  async lookAt(pods: readonly Pod[]): Promise<void> {
    const failing = first(pods, troubleOfPod);
    if (failing) await this.remember(failing, true);
    else if (!this.seen?.failing) await this.remember(first(pods, unreadiness), false);
  }

  private async remember(found: Found | undefined, failing: boolean): Promise<void> {
    const told = found && `pod ${found.pod.metadata.name}: ${found.trouble.state}`;
    if (told === this.seen?.told) return;
    this.seen = found && told !== undefined ? { told, text: told + (await this.log(found)), failing } : undefined;
  }

  private async log({ pod: { metadata }, trouble: { container, crashed } }: Found): Promise<string> {
    if (container === undefined) return '';
    const { status, stdout } = await this.kubectl.ask([
      'logs',
      metadata.name,
      `--namespace=${metadata.namespace}`,
      `--container=${container}`,
      `--tail=${logLines}`,
      ...(crashed ? ['--previous'] : []),
    ]);
    const lines = stdout.trim().split('\n').filter(Boolean);
    return status !== 0 || lines.length === 0 ? '' : `; its log ends: ${lines.join(' | ')}`;
  }
}

/** A pod and what is wrong with it. */
interface Found {
  readonly pod: Pod;
  readonly trouble: PodTrouble;
}

function first(pods: readonly Pod[], look: (pod: Pod) => PodTrouble | undefined): Found | undefined {
  for (const pod of pods) {
    const trouble = look(pod);
    if (trouble) return { pod, trouble };
  }
  return undefined;
}
