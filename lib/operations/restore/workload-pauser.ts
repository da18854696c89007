import { kubectlCommandLine, type OperationContext } from '../../cluster/operation-context';
import { waitUntil } from '../../cluster/wait';
import { OperationError } from '../../platform/errors';
import {
  brakes,
  type PausableObject,
  type PauseStrategy,
  pausePatch,
  type Spec,
  scaleToZero,
} from './pause-strategies';

/** Something that stands still, and what it is to be again. */
interface PausedWorkload {
  readonly brake: PauseStrategy;
  readonly name: string;
  readonly originalValue: string;
}

/** What stands still during a restore. Every object remembers by itself what it was, in the same write that stops it. */
export class WorkloadPauser {
  private readonly held = new Map<string, PausedWorkload>();

  constructor(private readonly site: OperationContext) {}

  /** Finds what an earlier run left standing, as `deployment/veza-chat-server`. */
  async loadPaused(): Promise<string[]> {
    const { kubectl, environment } = this.site;
    for (const brake of brakes) {
      for (const { metadata } of await kubectl.list<PausableObject>(`${brake.kind}s`, environment.namespace)) {
        const originalValue = metadata.annotations?.[brake.annotation];
        if (originalValue !== undefined) this.note({ brake, name: metadata.name, originalValue: originalValue });
      }
    }
    return [...this.held.keys()];
  }

  /** Makes an object stand still, if it exists. */
  async pause(brake: PauseStrategy, name: string): Promise<void> {
    const { kubectl, environment } = this.site;
    const object = await kubectl.find<PausableObject>(`${brake.kind}/${name}`, environment.namespace);
    if (!object) return;
    const now = brake.originalValue(object.spec);
    // What stands still may do so since a restore that was killed: then it must not remember that instead of what was before.
    const isStill = now === brake.originalValue(brake.paused);
    const originalValue = (isStill && object.metadata.annotations?.[brake.annotation]) || now;
    this.note({ brake, name, originalValue: originalValue });
    await this.patch(brake, name, originalValue, brake.paused);
  }

  /** Sets one object going again; returns whether it stood still. */
  async resume(brake: PauseStrategy, name: string): Promise<boolean> {
    const key = `${brake.kind}/${name}`;
    const held = this.held.get(key);
    if (!held) return false;
    await this.retry(() => this.resumeOne(held));
    return this.held.delete(key);
  }

  /** Names of the Deployments that stand still. */
  get pausedDeployments(): string[] {
    return [...this.held.values()].filter(({ brake }) => brake === scaleToZero).map(({ name }) => name);
  }

  /** Sets everything going again, the last first, whatever fails; returns what did not go, with what to type instead. */
  async resumeAll(): Promise<string[]> {
    const troubles: string[] = [];
    for (const [object, held] of [...this.held].reverse()) {
      try {
        await this.retry(() => this.resumeOne(held));
        this.held.delete(object);
      } catch (error) {
        const cause = error instanceof Error ? error.message : error;
        troubles.push(`${object} still stands still: ${cause}; set it going: ${this.command(held)}`);
      }
    }
    return troubles;
  }

  /** What to type to set everything going by hand. */
  get commands(): string[] {
    return [...this.held.values()].map((held) => this.command(held));
  }

  private note(held: PausedWorkload): void {
    this.held.set(`${held.brake.kind}/${held.name}`, held);
  }

  private async resumeOne({ brake, name }: PausedWorkload): Promise<void> {
    const { kubectl, environment } = this.site;
    const object = await kubectl.find<PausableObject>(`${brake.kind}/${name}`, environment.namespace);
    const originalValue = object?.metadata.annotations?.[brake.annotation];
    if (originalValue !== undefined) await this.patch(brake, name, null, brake.resumed(originalValue));
  }

  private async patch(brake: PauseStrategy, name: string, originalValue: string | null, spec: Spec): Promise<void> {
    const { kubectl, environment } = this.site;
    await kubectl.patch(`${brake.kind}/${name}`, environment.namespace, pausePatch(brake, originalValue, spec));
  }

  private command({ brake, name, originalValue: remembered }: PausedWorkload): string {
    const patch = JSON.stringify(pausePatch(brake, null, brake.resumed(remembered)));
    return kubectlCommandLine(this.site, `patch ${brake.kind}/${name} --type=merge --patch='${patch}'`);
  }

  private retry(act: () => Promise<void>): Promise<boolean> {
    const look = async () => {
      await act();
      return true;
    };
    return waitUntil(look, {
      clock: this.site.clock,
      seconds: 60,
      onTimeout: () => new OperationError(['a minute was not enough']),
    });
  }
}
