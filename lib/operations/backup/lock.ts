import { randomUUID } from 'node:crypto';
import { FailedError } from '../../problems';
import { type KubernetesObject, troubleOf } from '../kubectl';
import { poll } from '../poll';
import { byHand, type Site } from '../site';
import { backupCronJob, backupObjects } from './cron-jobs';
import { type Holder, holderOf, lockAnnotation } from './holder';

/** What is left to a restore whose lock is not its own any more: to stop, and to touch nothing. */
export class LostLock extends FailedError {}

/**
 * At most one restore is at work. A run that was killed leaves its lock behind, and only people can tell that it is dead:
 * a run that was cut off from the cluster for hours may come back.
 */
export class RestoreLock {
  private readonly own: Holder;

  constructor(
    private readonly site: Site,
    who: string,
  ) {
    this.own = { id: randomUUID(), who, since: new Date(site.clock.now()).toISOString() };
  }

  /**
   * Takes the lock, from a run that is known to be dead if need be. Does not heed who wants to stop: it is quick, and must
   * not be left half done.
   * @returns whose it was
   * @throws FailedError if it is another's
   */
  async take(isDead: boolean): Promise<Holder | undefined> {
    const before = await this.holder();
    if (!before || isDead) {
      const holder = await this.exchange(before, this.own);
      if (holder?.id === this.own.id) return before;
      throw this.refusal(holder);
    }
    throw this.refusal(before);
  }

  /**
   * Makes sure that the lock is still this run's.
   * @throws LostLock if it is not
   */
  async confirm(signal?: AbortSignal): Promise<void> {
    const { clock } = this.site;
    const look = async () => ({ holder: await this.holder() });
    const { holder } = await poll(look, { clock, signal, seconds: 300, late: unanswered });
    if (holder?.id !== this.own.id) throw this.loss(holder);
  }

  /** Gives the lock back. Another's stays. */
  async release(): Promise<void> {
    await this.exchange(this.own, undefined);
  }

  /** What to type to take the lock away by hand. */
  get removal(): string {
    return byHand(this.site, `annotate cronjob/${backupObjects.cronJob} ${lockAnnotation}-`);
  }

  private async holder(): Promise<Holder | undefined> {
    return holderOf(await backupCronJob(this.site));
  }

  /** Puts one holder in the place of another, unless somebody else was quicker; returns who holds the lock then. */
  private async exchange(from: Holder | undefined, to: Holder | undefined): Promise<Holder | undefined> {
    const look = async () => {
      const cronJob = await backupCronJob(this.site);
      const holder = holderOf(cronJob);
      if (holder?.id === to?.id || holder?.id !== from?.id) return { holder };
      await this.write(cronJob, to);
      return { holder: to };
    };
    const { holder } = await poll(look, { clock: this.site.clock, seconds: 60, late: unanswered });
    return holder;
  }

  /** The API takes this only if nobody has written the CronJob since it was read. */
  private async write({ metadata: { resourceVersion } }: KubernetesObject, holder: Holder | undefined): Promise<void> {
    const { kubectl, environment } = this.site;
    const annotations = { [lockAnnotation]: holder === undefined ? null : JSON.stringify(holder) };
    const patch = `--patch=${JSON.stringify({ metadata: { resourceVersion, annotations } })}`;
    const place = `--namespace=${environment.namespace}`;
    const answer = await kubectl.ask(['patch', `cronjob/${backupObjects.cronJob}`, place, '--type=merge', patch]);
    if (answer.status !== 0) throw troubleOf('kubectl patch', answer);
  }

  private refusal(holder: Holder | undefined): FailedError {
    const { name } = this.site.environment;
    return new FailedError([
      `${holder ? `${holder.who} restores ${name} since ${holder.since}` : `somebody else restored ${name} just now`}; ` +
        'wait for the end of that, or, if that run is dead, take over from it: run this again with --take-over',
    ]);
  }

  private loss(holder: Holder | undefined): LostLock {
    if (holder) {
      return new LostLock([
        `${holder.who} has taken over from this restore at ${holder.since}; it stops here, and leaves everything to that run`,
      ]);
    }
    return new LostLock([
      `somebody has taken the lock of this restore away from CronJob/${backupObjects.cronJob}; it stops here, and sets ` +
        'nothing going: run it again, which repairs that',
    ]);
  }
}

function unanswered(): FailedError {
  return new FailedError(['the cluster does not answer']);
}
