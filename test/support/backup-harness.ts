import { PlainProgress } from '../../lib/cli/terminal-progress';
import { findFinishedCondition, readJobArguments } from '../../lib/cluster/jobs';
import type { CronJob, Job } from '../../lib/cluster/kubernetes-types';
import type { HeldLock } from '../../lib/cluster/operation-lock';
import type { KubernetesManifest } from '../../lib/manifests/manifest';
import { restore } from '../../lib/operations/restore/restore';
import type { RestoreContext, RestoreRequest } from '../../lib/operations/restore/restore-steps';
import { OperationError, UsageError } from '../../lib/platform/errors';
import { veza } from '../../lib/veza/veza';
import { copyCronJob, record, restorableObjects } from './backup-fixtures';
import type { JobOutcome } from './cluster/hooks';
import type { KubeObject } from './cluster/objects';
import type { Workload } from './cluster/workloads';
import { recordEvents, verbOf } from './cluster-events';
import { staging } from './environments/staging';
import { FakeBackups } from './fake-backups';
import { FakeCluster } from './fake-cluster';
import { FakePostgres } from './fake-postgres';
import { mortal } from './mortal';

/** What a test decides about one restore. */
export interface RestoreOptions extends Partial<RestoreRequest> {
  /** Aborts the restore. @default - it never does */
  readonly signal?: AbortSignal;
  /** @default - a lock that is never lost */
  readonly lock?: Pick<HeldLock, 'ensureHeld'>;
}

/** A fresh fake cluster with a staging environment that can be backed up and restored. Time passes by itself, and at once. */
export class BackupHarness {
  /** Every line that was printed, those of the progress included. */
  readonly output: string[] = [];
  /** What happened to workloads, Jobs and the database, in order: `veza-chat-server replicas: 0`, `job check x`. */
  readonly events: string[] = [];
  readonly cluster: FakeCluster;
  readonly backups = new FakeBackups();
  readonly postgres = new FakePostgres((event) => this.record(event));
  /** What a test decides about Jobs, by the first argument of their scripts. @default - they succeed */
  readonly jobs: Record<string, Partial<JobOutcome>> = {};
  private actions: { readonly event: string | RegExp; readonly action: () => void }[] = [];

  /** @param objects of the environment. @default - those that a restore works with; its only backup is on the volume */
  constructor(objects: readonly KubernetesManifest[] = restorableObjects) {
    const cluster = new FakeCluster({ objects: [namespace, ...objects] });
    this.cluster = cluster;
    cluster.hooks.job = (job) => {
      const backupJob = job as KubeObject & Job;
      return { ...this.outcomeOf(backupJob), ...this.jobs[verbOf(backupJob)] };
    };
    cluster.hooks.exec = (call) => this.postgres.exec(call);
    cluster.step(10);
    recordEvents(cluster.objects, (event) => this.record(event));
  }

  /** The same environment with a bucket, where its only backup is. */
  static withBucket(): BackupHarness {
    const harness = new BackupHarness([...restorableObjects, copyCronJob]);
    harness.backups.volume = [];
    harness.backups.bucket = [record];
    return harness;
  }

  /** The context of an operation that prints into `output`. */
  context({ signal, lock = neverLost }: RestoreOptions = {}): RestoreContext {
    const { cluster, output } = this;
    const progress = new PlainProgress((line) => void output.push(line));
    return { platform: veza, environment: staging, kubectl: cluster, clock: cluster.clock, progress, signal, lock };
  }

  /** Restores the backup. */
  restore(options: RestoreOptions = {}): Promise<string | undefined> {
    return restore(this.context(options), requestOf(options));
  }

  /** Restores the backup until the process is killed at an event: from then on nothing that it calls returns. */
  restoreUntilKilled(event: string | RegExp, options: RestoreOptions = {}): Promise<void> {
    const killed = new AbortController();
    const { kubectl, clock, ...context } = this.context(options);
    const mortalContext = {
      ...context,
      kubectl: mortal(kubectl, killed.signal),
      clock: mortal(clock, killed.signal),
    };
    return new Promise((resolve, reject) => {
      this.at(event, () => {
        killed.abort();
        resolve();
      });
      restore(mortalContext, requestOf(options)).then(() => reject(new Error('it was never killed')), reject);
    });
  }

  /** Calls once, when an event happens, before what caused it returns. */
  at(event: string | RegExp, action: () => void): void {
    this.actions.push({ event, action });
  }

  /** A signal that stops an operation at an event. */
  stopAt(event: string | RegExp): AbortSignal {
    const controller = new AbortController();
    this.at(event, () => controller.abort(new OperationError(['stopped by SIGTERM'])));
    return controller.signal;
  }

  /** Lets no call reach the cluster, from an event on. @default seconds - for ever */
  cutOffAt(event: string | RegExp, seconds = Number.POSITIVE_INFINITY): void {
    const { cluster } = this;
    this.at(event, () => {
      cluster.outage = 'The connection was refused';
      if (!Number.isFinite(seconds)) return;
      void cluster.clock.sleep(seconds).then(() => {
        cluster.outage = undefined;
      });
    });
  }

  /** Lets the database server crash whenever it starts, as with damaged data, until that is set aside. */
  damageData(): void {
    this.cluster.fail({ image: /^postgres:/, as: 'CrashLoopBackOff' });
    this.cluster.step();
  }

  /** Changes fields of an object's spec, as an engineer on call may do by hand. */
  change(kind: string, name: string, spec: object): void {
    const { objects } = this.cluster;
    const object = objects.one<Workload>(kind, name, staging.namespace);
    if (!object) throw new Error(`there is no ${kind} ${name}`);
    objects.update({ ...object, spec: { ...object.spec, ...spec } });
  }

  /** Replicas of each Deployment, whether each CronJob is suspended, and what a restore noted in their annotations. */
  get workloads(): Record<string, unknown> {
    const { objects } = this.cluster;
    return Object.fromEntries([
      ...objects
        .all<Workload>('Deployment')
        .map((object) => [`deployment/${object.metadata.name}`, [object.spec.replicas, ...notesOf(object)]]),
      ...objects
        .all<KubeObject & CronJob>('CronJob')
        .map((object) => [`cronjob/${object.metadata.name}`, [object.spec.suspend, ...notesOf(object)]]),
    ]);
  }

  /** Replicas of the database server, and what a restore noted in its annotations. */
  get server(): unknown[] {
    const [server] = this.cluster.objects.all<Workload>('StatefulSet');
    return server ? [server.spec.replicas, ...notesOf(server)] : [];
  }

  get databaseNames(): string[] {
    return this.postgres.databases.map(({ name }) => name);
  }

  /** Arguments of the Jobs that have not ended. */
  get activeJobs(): string[] {
    const jobs = this.cluster.objects.all<KubeObject & Job>('Job');
    return jobs.filter((job) => findFinishedCondition(job) === undefined).map((job) => readJobArguments(job).join(' '));
  }

  /** Names of the pods whose names match. */
  podsOf(name: RegExp): string[] {
    const pods = this.cluster.objects.all('Pod').map(({ metadata }) => metadata.name);
    return pods.filter((pod) => name.test(pod));
  }

  private outcomeOf(job: Job): JobOutcome {
    const [verb = '', name = ''] = readJobArguments(job);
    if (verb.startsWith('damaged-')) return this.setDataAside(verb, Number(name));
    if (verb !== 'restore') return this.backups.run(job);
    return { succeed: true, effect: () => this.postgres.replaceDatabase(name, record.databaseBytes) };
  }

  private setDataAside(name: string, bytes: number): JobOutcome {
    if (this.postgres.freeBytes < bytes) return { succeed: false, log: `the volume needs ${bytes}` };
    const effect = () => {
      this.postgres.setDataAside(name);
      // The fresh server starts.
      this.cluster.hooks.failures.splice(0);
    };
    return { succeed: true, effect };
  }

  private record(event: string): void {
    this.events.push(event);
    const due = this.actions.filter((each) =>
      typeof each.event === 'string' ? each.event === event : each.event.test(event),
    );
    this.actions = this.actions.filter((each) => !due.includes(each));
    for (const { action } of due) action();
  }
}

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: staging.namespace } };

const neverLost: Pick<HeldLock, 'ensureHeld'> = { ensureHeld: async () => undefined };

function requestOf({
  backup = record.name,
  freshServer = false,
  acceptMissing = false,
}: RestoreOptions): RestoreRequest {
  return { backup, freshServer, acceptMissing };
}

/** What a restore noted in the annotations of a workload. */
function notesOf({ metadata }: KubeObject): string[] {
  const notes = Object.entries(metadata.annotations ?? {}).filter(([name]) => name.startsWith('veza.app/'));
  return notes.map(([name, value]) => `${name}=${value}`);
}

/** The lines of the error that rejects a promise; those of a usage error are marked. */
export async function problemsIn(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof OperationError) return error.problems;
    if (error instanceof UsageError) return [`usage: ${error.message}`];
    throw error;
  }
  return [];
}
