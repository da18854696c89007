import { FailedError } from '../../problems';
import { poll } from '../poll';
import { byHand, type Site } from '../site';
import { type Brake, brakes, type Holdable, patchOf, replicas, type Spec } from './brakes';

/** Something that stands still, and what it is to be again. */
interface Held {
  readonly brake: Brake;
  readonly name: string;
  readonly remembered: string;
}

/** What stands still during a restore. Every object remembers by itself what it was, in the same write that stops it. */
export class Standstill {
  private readonly held = new Map<string, Held>();

  constructor(private readonly site: Site) {}

  /** Finds what an earlier run left standing, as `deployment/veza-chat-server`. */
  async recall(): Promise<string[]> {
    const { kubectl, environment } = this.site;
    for (const brake of brakes) {
      for (const { metadata } of await kubectl.list<Holdable>(`${brake.kind}s`, environment.namespace)) {
        const remembered = metadata.annotations?.[brake.annotation];
        if (remembered !== undefined) this.note({ brake, name: metadata.name, remembered });
      }
    }
    return [...this.held.keys()];
  }

  /** Makes an object stand still, if it exists. */
  async hold(brake: Brake, name: string): Promise<void> {
    const { kubectl, environment } = this.site;
    const object = await kubectl.find<Holdable>(`${brake.kind}/${name}`, environment.namespace);
    if (!object) return;
    const now = brake.now(object.spec);
    // What stands still may do so since a restore that was killed: then it must not remember that instead of what was before.
    const isStill = now === brake.now(brake.still);
    const remembered = (isStill && object.metadata.annotations?.[brake.annotation]) || now;
    this.note({ brake, name, remembered });
    await this.patch(brake, name, remembered, brake.still);
  }

  /** Sets one object going again; returns whether it stood still. */
  async resume(brake: Brake, name: string): Promise<boolean> {
    const key = `${brake.kind}/${name}`;
    const held = this.held.get(key);
    if (!held) return false;
    await this.persistently(() => this.letGo(held));
    return this.held.delete(key);
  }

  /** Names of the Deployments that stand still. */
  get writers(): string[] {
    return [...this.held.values()].filter(({ brake }) => brake === replicas).map(({ name }) => name);
  }

  /** Sets everything going again, the last first, whatever fails; returns what did not go, with what to type instead. */
  async release(): Promise<string[]> {
    const troubles: string[] = [];
    for (const [object, held] of [...this.held].reverse()) {
      try {
        await this.persistently(() => this.letGo(held));
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

  private note(held: Held): void {
    this.held.set(`${held.brake.kind}/${held.name}`, held);
  }

  private async letGo({ brake, name }: Held): Promise<void> {
    const { kubectl, environment } = this.site;
    const object = await kubectl.find<Holdable>(`${brake.kind}/${name}`, environment.namespace);
    const remembered = object?.metadata.annotations?.[brake.annotation];
    if (remembered !== undefined) await this.patch(brake, name, null, brake.going(remembered));
  }

  private async patch(brake: Brake, name: string, remembered: string | null, spec: Spec): Promise<void> {
    const { kubectl, environment } = this.site;
    const place = `--namespace=${environment.namespace}`;
    await kubectl.output(['patch', `${brake.kind}/${name}`, place, '--type=merge', patchOf(brake, remembered, spec)]);
  }

  private command({ brake, name, remembered }: Held): string {
    const [option, patch] = patchOf(brake, null, brake.going(remembered)).split(/=(.*)/s);
    return byHand(this.site, `patch ${brake.kind}/${name} --type=merge ${option}='${patch}'`);
  }

  private persistently(act: () => Promise<void>): Promise<boolean> {
    const look = async () => {
      await act();
      return true;
    };
    return poll(look, {
      clock: this.site.clock,
      seconds: 60,
      late: () => new FailedError(['a minute was not enough']),
    });
  }
}
