import type { CronJob } from '../../cluster/kubernetes-types';
import type { OperationContext } from '../../cluster/operation-context';
import type { HeldLock } from '../../cluster/operation-lock';
import { retryDuringOutage } from '../../cluster/wait';
import { OperationError, readErrorMessage } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import { postgresServer } from '../../platform/postgres-pod';
import { findCopyCronJob, runForLog, runTask, waitUntilIdle } from '../backup/backup-jobs';
import { type BackupRecord, listRemarks } from '../backup/backup-record';
import { ensureBackupOnVolume } from '../backup/stored-backups';
import { listDatabaseWriters, listStartedWriters, waitForPodsGone } from './database-writers';
import { FreshServer } from './fresh-server';
import { computeNeededBytes, ensureFreeSpace, PostgresAdmin } from './postgres-admin';
import { detectOutcome, listErrorLines, type RestoreOutcome } from './restore-outcome';
import { scaleToZero, suspendCronJob, WorkloadPauser } from './workload-pauser';

export interface RestoreContext extends OperationContext {
  readonly platform: Platform;
  /** The lock of the environment, which the caller holds. */
  readonly lock: Pick<HeldLock, 'ensureHeld'>;
}

export interface RestoreRequest {
  readonly backup: string;
  /** Whether to set the server's data aside and restore into a fresh server, as for damaged data. */
  readonly freshServer: boolean;
  /** Whether to restore an unverified backup, without what it lacks. */
  readonly acceptMissing: boolean;
}

/** Seconds in which opening the fence is retried. */
const openFenceSeconds = 60;

/** The steps of one restore, and how far it has come. */
export class RestoreSteps {
  readonly postgres: PostgresAdmin;
  readonly pauser: WorkloadPauser;
  readonly freshServer: FreshServer;
  /** Whether reconciling the restored database was attempted. */
  hasReconciled = false;
  /** Whether the services' role may be denied the login, by this restore or an interrupted one. */
  isFenced = false;
  /** The database before the restore; undefined as long as it cannot have been replaced. */
  private originalDatabase: { readonly oid: string | undefined } | undefined;
  /** The roles of the backup, and the Job that printed them. */
  private roles = { job: '', log: '' };
  private readonly writers: readonly string[];

  constructor(
    private readonly context: RestoreContext,
    private readonly cronJob: CronJob,
    private readonly request: RestoreRequest,
  ) {
    this.postgres = new PostgresAdmin(context);
    this.pauser = new WorkloadPauser(context);
    this.freshServer = new FreshServer(context, this.pauser);
    this.writers = listDatabaseWriters(context.platform);
  }

  /** Suspends the backup schedules. No Job may back up a database that is being replaced, or delete the backup. */
  async suspendSchedules(): Promise<void> {
    await this.startStep('Suspending the backup schedules');
    const copy = await findCopyCronJob(this.context);
    const cronJobs = [this.cronJob, ...(copy ? [copy] : [])];
    for (const { metadata } of cronJobs) await this.pauser.pause(suspendCronJob, metadata.name);
    await waitUntilIdle(this.context, cronJobs);
    const names = cronJobs.map(({ metadata }) => metadata.name).join(' or ');
    this.context.progress.succeed(`Suspended the backup schedules; no Job of ${names} is active`);
  }

  /** Checks that the backup is complete, and verified unless the user accepts what it lacks. */
  async checkBackup(): Promise<BackupRecord> {
    await this.startStep(`Checking backup ${this.request.backup}`);
    const record = await ensureBackupOnVolume(this.context, this.cronJob, this.request.backup);
    const remarks = listRemarks(record);
    if (!record.verified && !this.request.acceptMissing) {
      const command = `npx veza restore ${this.context.environment.name} ${record.name} --accept-missing`;
      throw new OperationError([...remarks, `to restore it anyway: ${command}`]);
    }
    const summary = `Backup ${record.name} is complete: ${record.tables} tables, ${record.rows} rows`;
    this.context.progress.succeed([summary, ...remarks].join('\n    '));
    return record;
  }

  /** Checks that the server responds, has the fence, and has space for both databases. */
  async ensureFreeSpace(record: BackupRecord): Promise<void> {
    await this.startStep('Checking the free space on the volume of the database');
    try {
      await this.postgres.requireFence();
      this.context.progress.succeed(await ensureFreeSpace(this.postgres, record));
    } catch (error) {
      const reason = await this.postgres.notReadyReason();
      if (reason === undefined) throw error;
      throw new OperationError([...listErrorLines(this.context, error), this.freshServerAdvice(reason)]);
    }
  }

  /** Replaces a server that no longer starts. */
  async startFreshServer(record: BackupRecord): Promise<void> {
    await this.startStep('Setting the data of the database server aside and starting a fresh server');
    const name = await this.freshServer.start(computeNeededBytes(record));
    this.context.progress.succeed(`Started a fresh server; the old data is kept as ${name}`);
    const command = this.freshServer.removeCommand(name);
    this.context.progress.succeed(`Once the old data is no longer needed, remove it: ${command}`);
  }

  /** Stops the services that write to the database. */
  async stopWriters(): Promise<void> {
    await this.startStep(`Stopping the services that write to the database: ${this.writers.join(', ')}`);
    await this.pauseWriters(this.writers);
    this.context.progress.succeed('Stopped the services');
  }

  /** Stops services that were started meanwhile, by hand or by a tool that reconciles their manifests. */
  async stopStartedWriters(): Promise<void> {
    const started = await listStartedWriters(this.context, this.writers);
    if (started.length === 0) return;
    await this.startStep(`Stopping services that were started meanwhile: ${started.join(', ')}`);
    await this.pauseWriters(started);
    this.context.progress.succeed('Stopped the services again');
  }

  private async pauseWriters(names: readonly string[]): Promise<void> {
    for (const name of names) await this.pauser.pause(scaleToZero, name);
    await waitForPodsGone(this.context, names);
  }

  /** Denies the services' role the login, so that pods that are started by hand cannot write. */
  async closeFence(): Promise<void> {
    await this.startStep("Denying the services' role the login");
    this.isFenced = true;
    await this.postgres.closeFence(this.request.backup);
    this.context.progress.succeed("The services' role has no session and cannot log in");
  }

  /** Opens the fence and resumes every paused workload. Returns the failures, with the commands to type instead. */
  async resumeAll(): Promise<string[]> {
    const failures = await this.openFence();
    return failures.length > 0 ? failures : this.pauser.resumeAll();
  }

  private async openFence(): Promise<string[]> {
    if (!this.isFenced) return [];
    const attempt = async () => {
      // An interrupted restore may have left the server itself stopped.
      await this.freshServer.resume();
      await this.postgres.openFence();
    };
    try {
      await retryDuringOutage(attempt, { clock: this.context.clock, seconds: openFenceSeconds });
    } catch (error) {
      const cause = readErrorMessage(error);
      return [`the services' role still cannot log in: ${cause}. Once the server responds, run:`, ...this.commands];
    }
    this.isFenced = false;
    return [];
  }

  /** Commands that open the fence and resume every paused workload by hand, in this order. */
  get commands(): string[] {
    return [...(this.isFenced ? [this.postgres.openFenceCommand] : []), ...this.pauser.commands];
  }

  /** Creates the roles that the backup refers to. They get their permissions only once the data is in place. */
  async createMissingRoles(): Promise<void> {
    await this.startStep('Creating the roles of the backup that are missing');
    const result = await runTask(this.context, this.cronJob, { verb: 'roles', args: ['roles', this.request.backup] });
    if (result.kind !== 'complete') throw new OperationError([`roles: ${result.cause}`]);
    this.roles = result;
    const created = await this.postgres.createMissingRoles(this.roles.log);
    const summary = `Created ${created.join(', ')}, without permissions yet`;
    this.context.progress.succeed(created.length === 0 ? 'No role is missing' : summary);
  }

  /** Restores the backup into a temporary database, which then takes the name of the present one. */
  async replaceDatabase(): Promise<void> {
    const { database } = this.postgres;
    const { backup } = this.request;
    await this.startStep(`Restoring ${backup} into a temporary database, then renaming it to ${database}`);
    this.originalDatabase = { oid: await this.postgres.databaseOid() };
    await runForLog(this.context, this.cronJob, { verb: 'restore', args: ['restore', backup] });
    const outcome = await this.outcome();
    if (outcome.kind === 'unchanged') {
      throw new OperationError(['restore: its Job succeeded, but the database was not replaced']);
    }
    await this.freshServer.finish();
    this.context.progress.succeed(`Restored and verified database ${database}`);
  }

  /** Reconciles roles, grants and settings. An abort does not prevent it: a replaced database needs them. */
  async reconcile(): Promise<void> {
    await this.context.lock.ensureHeld();
    this.context.progress.step('Reconciling roles, grants and settings');
    this.hasReconciled = true;
    await this.postgres.reconcile(this.roles.log);
    this.context.progress.succeed('Reconciled roles, grants and settings');
  }

  /** Command that reconciles by hand. */
  get reconcileCommand(): string {
    return this.postgres.reconcileCommand(this.roles.job);
  }

  /** What the restore has done to the database so far. */
  async outcome(): Promise<RestoreOutcome> {
    return this.originalDatabase
      ? detectOutcome(this.context, this.postgres, this.originalDatabase.oid)
      : { kind: 'unchanged' };
  }

  private async startStep(text: string): Promise<void> {
    const { signal, lock, progress } = this.context;
    signal?.throwIfAborted();
    await lock.ensureHeld();
    progress.step(text);
  }

  private freshServerAdvice(reason: string): string {
    const command = `npx veza restore ${this.context.environment.name} ${this.request.backup} --fresh-server`;
    return (
      `${postgresServer.pod} is not ready (${reason}); if its data is damaged (docs/guides/damaged-database.md), set the ` +
      `data aside and restore into a fresh server: ${command}`
    );
  }
}
