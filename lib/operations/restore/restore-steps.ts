import type { CronJob } from '../../cluster/kubernetes-types';
import type { OperationContext } from '../../cluster/operation-context';
import type { HeldLock } from '../../cluster/operation-lock';
import { waitUntil } from '../../cluster/wait';
import { OperationError } from '../../platform/errors';
import { copyCronJob, runForLog, runTask, waitUntilIdle } from '../backup/backup-jobs';
import { type BackupRecord, remarksOn } from '../backup/backup-record';
import { ensureBackupOnVolume } from '../backup/fetch-backup';
import { databaseWriters, startedWriters, waitForPodsGone } from './database-writers';
import { FreshServer } from './fresh-server';
import { scaleToZero, suspendCronJob } from './pause-strategies';
import { bytesNeeded, ensureFreeSpace, PostgresAdmin, serverPod } from './postgres-admin';
import { detectOutcome, linesOf, type RestoreOutcome } from './restore-failure';
import { WorkloadPauser } from './workload-pauser';

/** What is to be restored. */
export interface RestoreRequest {
  /** Name of the backup. */
  readonly backup: string;
  /** Whether to set the server's data aside and restore into a fresh one, as for a volume that is damaged. */
  readonly freshServer: boolean;
  /** Whether one is restored that is not verified, without what it lacks. */
  readonly acceptMissing: boolean;
}

/** The steps of one restore, and what is known of how far it came. */
export class RestoreSteps {
  readonly server: PostgresAdmin;
  readonly standstill: WorkloadPauser;
  readonly fresh: FreshServer;
  /** Whether the roles and grants of the restored database were seen to, well or not. */
  reconciled = false;
  /** Whether the services' role may be denied the login, by this run or by one before it. */
  fenced = false;
  /** Identity of the database before: nothing as long as it cannot have been touched. */
  private originalDatabase: { readonly identity: string | undefined } | undefined;
  /** What the backup knows of the roles, and the Job that told it. */
  private roles = { job: '', log: '' };

  constructor(
    private readonly site: OperationContext,
    private readonly cronJob: CronJob,
    private readonly request: RestoreRequest,
    readonly hold: Pick<HeldLock, 'ensureHeld'>,
  ) {
    this.server = new PostgresAdmin(site);
    this.standstill = new WorkloadPauser(site);
    this.fresh = new FreshServer(site, this.standstill);
  }

  /** No backup may be made of a database that is being replaced, nor an old one be removed that is being read. */
  async suspendSchedules(): Promise<void> {
    const { progress } = this.site;
    await this.startStep('suspending the schedules of the backups');
    const copy = await copyCronJob(this.site);
    const cronJobs = [this.cronJob, ...(copy ? [copy] : [])];
    for (const { metadata } of cronJobs) await this.standstill.pause(suspendCronJob, metadata.name);
    await waitUntilIdle(this.site, cronJobs);
    progress.succeed(`no Job of ${cronJobs.map(({ metadata }) => metadata.name).join(' or ')} is at work`);
  }

  async check(): Promise<BackupRecord> {
    await this.startStep(`checking backup ${this.request.backup}`);
    const record = await ensureBackupOnVolume(this.site, this.cronJob, this.request.backup);
    const remarks = remarksOn(record);
    if (!record.verified && !this.request.acceptMissing) {
      const command = `npm run restore -- ${this.site.environment.name} ${record.name} --accept-missing`;
      throw new OperationError([...remarks, `to restore it nevertheless: ${command}`]);
    }
    const whole = `backup ${record.name} is whole: ${record.tables} tables, ${record.rows} rows`;
    this.site.progress.succeed([whole, ...remarks].join('\n    '));
    return record;
  }

  async requireSpace(record: BackupRecord): Promise<void> {
    await this.startStep('looking for space beside the present database');
    try {
      await this.server.requireFence();
      this.site.progress.succeed(await ensureFreeSpace(this.server, record));
    } catch (error) {
      const reason = await this.server.failureReason();
      if (reason === undefined) throw error;
      throw new OperationError([
        ...linesOf(this.site, error),
        freshServerAdvice(this.site, this.request.backup, reason),
      ]);
    }
  }

  /** For a server that does not start any more: the backup is what is left. */
  async startFreshServer(record: BackupRecord): Promise<void> {
    await this.startStep("setting the server's data aside and starting a fresh one");
    await this.fresh.start(bytesNeeded(record));
    const name = this.fresh.setAside ?? '';
    this.site.progress.succeed(`the server is a fresh one; the old data are kept as ${name}`);
    this.site.progress.succeed(`once they are not needed any more, remove them: ${this.fresh.removeCommand(name)}`);
  }

  async stopWriters(): Promise<void> {
    const names = databaseWriters();
    await this.startStep(`stopping the services that write: ${names.join(', ')}`);
    for (const name of names) await this.standstill.pause(scaleToZero, name);
    await waitForPodsGone(this.site, names);
    this.site.progress.succeed('the services are stopped');
  }

  /** Pods that are started by hand from now on cannot log in. */
  async closeFence(): Promise<void> {
    await this.startStep("denying the services' role the login");
    this.fenced = true;
    await this.server.closeFence(this.request.backup);
    this.site.progress.succeed('it has no session and cannot begin one');
  }

  /** Stops services that were started since they were stopped, by hand or by a tool that keeps to its manifests. */
  async stopWritersAgain(): Promise<void> {
    const names = await startedWriters(this.site, databaseWriters());
    if (names.length === 0) return;
    await this.startStep(`stopping services that were started meanwhile: ${names.join(', ')}`);
    for (const name of names) await this.standstill.pause(scaleToZero, name);
    await waitForPodsGone(this.site, names);
    this.site.progress.succeed('the services are stopped again');
  }

  /** Lets the services' role log in again, if it may have been denied that; returns the problem, with what to type. */
  async openFence(): Promise<string[]> {
    if (!this.fenced) return [];
    const open = async () => {
      // A restore that was killed may have left the server itself stopped.
      await this.fresh.resume();
      await this.server.openFence();
      return true;
    };
    const late = () => new OperationError(['a minute was not enough']);
    try {
      await waitUntil(open, { clock: this.site.clock, seconds: 60, onTimeout: late });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      return [`the services' role still may not log in: ${cause}; once the server answers, type:`, ...this.commands];
    }
    this.fenced = false;
    return [];
  }

  /** What to type to let the services in and to set everything going by hand, in this order. */
  get commands(): string[] {
    return [...(this.fenced ? [this.server.openFenceCommand] : []), ...this.standstill.commands];
  }

  /** The data names roles, so they have to be there; what they may do is changed only when the data is in its place. */
  async createMissingRoles(): Promise<void> {
    await this.startStep('making the roles of the backup that are missing');
    const end = await runTask(this.site, this.cronJob, { verb: 'roles', args: ['roles', this.request.backup] });
    if (end.kind !== 'complete') throw new OperationError([`roles: ${end.cause}`]);
    this.roles = end;
    const made = await this.server.createMissingRoles(this.roles.log);
    const names = `made ${made.join(', ')}, which may do nothing yet`;
    this.site.progress.succeed(made.length === 0 ? 'no role is missing' : names);
  }

  async replaceDatabase(): Promise<void> {
    const { database } = this.server;
    await this.startStep(`restoring ${this.request.backup} beside database ${database}, then changing the names`);
    this.originalDatabase = { identity: await this.server.databaseOid() };
    await runForLog(this.site, this.cronJob, { verb: 'restore', args: ['restore', this.request.backup] });
    const outcome = await this.outcome();
    if (outcome.kind === 'untouched') {
      throw new OperationError(['restore: its Job ended well, but the database is still the one before']);
    }
    await this.fresh.settle();
    this.site.progress.succeed(`database ${database} is restored and verified`);
  }

  /** Does not heed who wants to stop: the database is replaced, and this makes it whole. */
  async reconcile(): Promise<void> {
    await this.hold.ensureHeld();
    this.site.progress.step('reconciling roles, grants and settings');
    this.reconciled = true;
    await this.server.reconcile(this.roles.log);
    this.site.progress.succeed('roles, grants and settings are as they should be');
  }

  /** What to type to reconcile by hand. */
  get reconcileCommand(): string {
    return this.server.reconcileCommand(this.roles.job);
  }

  /** What became of the database until now. */
  async outcome(): Promise<RestoreOutcome> {
    return this.originalDatabase
      ? detectOutcome(this.site, this.server, this.originalDatabase.identity)
      : { kind: 'untouched' };
  }

  private async startStep(text: string): Promise<void> {
    const { signal, progress } = this.site;
    signal?.throwIfAborted();
    await this.hold.ensureHeld();
    progress.step(text);
  }
}

function freshServerAdvice({ environment }: OperationContext, backup: string, reason: string): string {
  return (
    `${serverPod} does not serve (${reason}); if its data are damaged (docs/guides/damaged-database.md), set them aside and ` +
    `restore into a fresh server: npm run restore -- ${environment.name} ${backup} --fresh-server`
  );
}
