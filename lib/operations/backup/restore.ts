import { FailedError, InputError } from '../../problems';
import { DatabaseServer } from './database-server';
import { findBackup } from './find-backup';
import type { CronJob } from './jobs';
import { backupObjects } from './jobs';
import { outcomeOf, type Outcome, restored } from './outcome';
import { logOf, unfinishedJobs, waitUntilIdle } from './run-job';
import { backupCronJob, copyCronJob, type Site } from './site';
import { requireSpace } from './space';
import { replicas, schedule, Standstill } from './standstill';
import { writerNames, writersGone, writersReady } from './writers';

/**
 * Puts a backup in the place of the environment's database. The database that was there stays beside it under another
 * name. Whatever fails, the services and the schedules come back as they were, and it is said which data they find; what
 * a run left that was killed, the next one finds and repairs.
 * @returns the name of the old database, if there was one
 * @throws UsageError if the environment has nothing to restore; FailedError with the cause and the state of the data
 */
export async function restore(site: Site, backup: string): Promise<string | undefined> {
  const cronJob = await backupCronJob(site);
  const run = new Restore(site, cronJob, backup);
  await run.begin();
  try {
    await run.work();
  } catch (error) {
    throw await run.failure(error);
  }
  return run.end();
}

/** One restore, from the first thing that it changes to the last. */
class Restore {
  private readonly server: DatabaseServer;
  private readonly standstill: Standstill;
  /** Identity of the database before: nothing as long as it was not touched. */
  private before: { readonly identity: string | undefined } | undefined;
  private reconciled = false;

  constructor(
    private readonly site: Site,
    private readonly cronJob: CronJob,
    private readonly backup: string,
  ) {
    this.server = new DatabaseServer(site);
    this.standstill = new Standstill(site);
  }

  /** Finds what an earlier run left: from now on this one answers for it. */
  async begin(): Promise<void> {
    const left = await this.standstill.recall();
    if (left.length === 0) return;
    this.site.progress.step('an earlier restore was stopped before its end');
    this.site.progress.done(`this one takes over what stands still since: ${left.join(', ')}`);
  }

  async work(): Promise<void> {
    await this.holdSchedules();
    await this.step(`checking backup ${this.backup}`);
    const record = await findBackup(this.site, this.cronJob, this.backup);
    this.site.progress.done(`backup ${record.name} is whole: ${record.tables} tables, ${record.rows} rows`);
    await this.step('space for it beside the database');
    this.site.progress.done(await requireSpace(this.server, record));
    await this.takeWritersDown();
    await this.applyRoles();
    await this.replaceDatabase();
    await this.reconcile();
  }

  /** No backup may be made of a database that is being replaced, nor an old one be removed that is being read. */
  private async holdSchedules(): Promise<void> {
    await this.step('holding the schedules of the backups');
    const copy = await copyCronJob(this.site);
    for (const name of [backupObjects.cronJob, ...(copy ? [backupObjects.copy] : [])]) {
      await this.standstill.hold(schedule, name);
    }
    await waitUntilIdle(this.site, [this.cronJob, ...(copy ? [copy] : [])]);
    this.site.progress.done('no backup starts until this is over');
  }

  private async takeWritersDown(): Promise<void> {
    const names = writerNames();
    await this.step(`taking down who writes: ${names.join(', ')}`);
    for (const name of names) await this.standstill.hold(replicas, name);
    await writersGone(this.site, names);
    this.site.progress.done('nobody writes to the database any more');
  }

  private async applyRoles(): Promise<void> {
    await this.step('roles of the backup');
    const sql = await logOf(this.site, this.cronJob, { verb: 'roles', args: ['roles', this.backup] });
    await this.server.reconcile(sql);
    this.site.progress.done('the roles of the backup exist');
  }

  private async replaceDatabase(): Promise<void> {
    await this.step(`restoring ${this.backup} beside database ${this.server.database}, then changing their names`);
    this.before = { identity: await this.server.identity() };
    await logOf(this.site, this.cronJob, { verb: 'restore', args: ['restore', this.backup] });
    if ((await this.outcome()).kind !== 'restored') {
      throw new FailedError(['restore: its Job ended well, but the database is still the one before']);
    }
    this.site.progress.done(`database ${this.server.database} is restored and verified`);
  }

  /** Is not stopped half-way by a signal: the database is replaced, and this makes it whole. */
  private async reconcile(): Promise<void> {
    this.site.progress.step('roles, database and grants as they should be');
    this.reconciled = true;
    await this.server.reconcile('');
    this.site.progress.done('roles, database and grants are as they should be');
  }

  /** What went wrong, what the data is now, and what still stands still. */
  async failure(error: unknown): Promise<FailedError> {
    const { progress, signal } = this.site;
    progress.close();
    const causes = problemsOf(signal?.aborted ? signal.reason : error);
    const outcome = await this.outcome();
    const unreconciled = outcome.kind === 'restored' ? await this.makeWhole(causes) : [];
    const state = restored(this.server, outcome);
    return new FailedError([...causes, ...unreconciled, ...state, ...(await this.bringBack())]);
  }

  /** @returns the name of the old database, if there was one */
  async end(): Promise<string | undefined> {
    const outcome = await this.outcome();
    const state = restored(this.server, outcome);
    const { writers } = this.standstill;
    this.site.progress.step('bringing back who writes, and the schedules');
    const troubles = await this.standstill.release();
    if (troubles.length > 0) throw new FailedError([...troubles, ...state]);
    this.site.progress.update('their pods start');
    await writersReady(this.site, writers).catch((error) => {
      throw new FailedError([...problemsOf(error), ...state]);
    });
    this.site.progress.done('services and schedules are back as they were');
    return outcome.kind === 'restored' ? outcome.previous : undefined;
  }

  private async step(text: string): Promise<void> {
    this.site.signal?.throwIfAborted();
    this.site.progress.step(text);
  }

  private async outcome(): Promise<Outcome> {
    return this.before ? outcomeOf(this.site, this.server, this.before.identity) : { kind: 'untouched' };
  }

  /** A restore that was stopped between the new name and the grants still owes the grants. */
  private async makeWhole(causes: readonly string[]): Promise<string[]> {
    const byHand = `the roles and grants of the restored database are not reconciled; do it: ${this.server.reconcileCommand}`;
    if (this.reconciled) return [byHand];
    try {
      await this.reconcile();
      return [];
    } catch (error) {
      return [...problemsOf(error).filter((problem) => !causes.includes(problem)), byHand];
    }
  }

  /** Writers must not come back to a database that a pod is still about to rename. */
  private async bringBack(): Promise<string[]> {
    const { progress } = this.site;
    progress.step('bringing back who writes, and the schedules');
    const atWork = await this.restoring();
    const troubles =
      atWork.length > 0
        ? [
            `Job ${atWork.join(', ')} may still replace the database, so the services stay down; ` +
              'when it is gone, run the restore again, or set them going:',
            ...this.standstill.commands,
          ]
        : await this.standstill.release();
    if (troubles.length > 0) return troubles;
    progress.done('services and schedules are back as they were');
    return ['the services and the schedules of the backups are set going again as they were'];
  }

  /** Names of Jobs that restore now. Where nobody can tell, nothing can be set going either, and that is said then. */
  private async restoring(): Promise<string[]> {
    const jobs = await unfinishedJobs(this.site, this.cronJob).catch(() => []);
    return jobs.filter(({ spec }) => spec.template.spec.containers[0]?.args?.[0] === 'restore').map(({ metadata }) => metadata.name);
  }
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof FailedError || error instanceof InputError) return error.problems;
  return [error instanceof Error ? error.message : String(error)];
}
