import { PlainProgress } from '../../lib/cli/terminal-progress';
import { readJobArguments } from '../../lib/cluster/jobs';
import type { Job, JobContainer } from '../../lib/cluster/kubernetes-types';
import { moveDatabase } from '../../lib/operations/database/move-database';
import { type Recovery, recoverToTime } from '../../lib/operations/database/recover-to-time';
import type { RestoreContext } from '../../lib/operations/restore/restore-steps';
import { listDatabaseRoles, listServiceSecretKeys } from '../../lib/platform/database-roles';
import type { Environment } from '../../lib/platform/environment';
import { OperationError } from '../../lib/platform/errors';
import { veza } from '../../lib/veza/veza';
import { type cronJob, deployment, record, restorableObjects } from './backup-fixtures';
import type { ExecAnswer, ExecCall, JobOutcome } from './cluster/hooks';
import type { KubeObject } from './cluster/objects';
import type { Workload } from './cluster/workloads';
import { recordEvents } from './cluster-events';
import { clustered as full } from './clustered';
import { FakeBackups } from './fake-backups';
import { FakeCluster } from './fake-cluster';
import { FakePostgres } from './fake-postgres';
import { mortal } from './mortal';

/** Without its monitoring and logs: what becomes of the database is the same, with a third of the objects. */
const clustered: Environment<typeof veza> = { ...full, monitoring: { kind: 'none' }, logs: { kind: 'none' } };
const namespace = clustered.namespace;

/** Tables with their rows, and sequences with their values. */
export type Data = Readonly<Record<'tables' | 'sequences', Readonly<Record<string, number>>>>;

export const someData: Data = { tables: { 'public.tracks': 3, 'public.users': 2 }, sequences: { 'public.ids': 7 } };
export const noData: Data = { tables: {}, sequences: {} };

/** A fake cluster with a database operator, and staging with a single server that is to move into a Cluster. */
export class DatabaseHarness {
  readonly output: string[] = [];
  readonly events: string[] = [];
  readonly cluster: FakeCluster;
  readonly backups = new FakeBackups();
  /** What the single server has, and each Cluster. */
  data: Record<string, Data> = { single: someData };
  /** What the archive can restore: the data of a moment. */
  archived: Data = someData;
  /** Whether the operator makes servers. */
  operatorWorks = true;
  /** What a test decides about Jobs. */
  readonly jobs: Record<string, Partial<JobOutcome>> = {};
  private readonly scripts = {
    single: new FakePostgres((event) => this.record(`single ${event}`)),
    cluster: new FakePostgres((event) => this.record(`cluster ${event}`)),
  };
  private actions: { readonly event: string | RegExp; readonly action: () => void }[] = [];

  constructor() {
    const cluster = new FakeCluster({ objects: [...operatorObjects, ...restorableObjects, ...environmentObjects] });
    this.cluster = cluster;
    cluster.hooks.exec = (call) => this.exec(call);
    cluster.hooks.job = (job) => {
      const each = job as unknown as Job;
      return { ...this.outcomeOf(each), ...this.jobs[readJobArguments(each)[0] ?? ''] };
    };
    cluster.objects.listen(({ type, object }) => {
      if (object.kind === 'Cluster' && type === 'ADDED') this.makeServers(object);
      if (object.kind === 'Certificate' && type === 'ADDED') cluster.objects.put(issued(object));
      if (object.kind === 'Service' && type === 'MODIFIED')
        this.record(`service ${JSON.stringify(selectorOf(object))}`);
    });
    cluster.step(10);
    recordEvents(cluster.objects, (event) => this.record(event));
  }

  context(): RestoreContext {
    const { cluster, output } = this;
    const progress = new PlainProgress((line) => void output.push(line));
    const lock = { ensureHeld: async () => undefined };
    return {
      platform: veza,
      environment: clustered as Environment,
      kubectl: cluster,
      clock: cluster.clock,
      progress,
      lock,
    };
  }

  move(backup?: string): Promise<string | undefined> {
    return moveDatabase(this.context(), backup);
  }

  recover(time: string): Promise<Recovery> {
    return recoverToTime(this.context(), time);
  }

  /** Runs something until the process is killed at an event: from then on nothing that it calls returns. */
  untilKilled(event: string | RegExp, work: (context: RestoreContext) => Promise<unknown>): Promise<void> {
    const killed = new AbortController();
    const { kubectl, clock, ...context } = this.context();
    const dying = { ...context, kubectl: mortal(kubectl, killed.signal), clock: mortal(clock, killed.signal) };
    return new Promise((resolve, reject) => {
      this.at(event, () => {
        killed.abort();
        resolve();
      });
      work(dying).then(() => reject(new Error('it was never killed')), reject);
    });
  }

  /** Calls once, when an event happens. */
  at(event: string | RegExp, action: () => void): void {
    this.actions.push({ event, action });
  }

  /** The selector of the Service that services call. */
  get route(): unknown {
    return selectorOf(this.object('Service', 'postgres-service'));
  }

  /** Replicas of the services and of the single server, and whether backups are suspended. */
  get workloads(): Record<string, unknown> {
    const replicas = (kind: string, name: string) => (this.object(kind, name) as unknown as Workload).spec.replicas;
    return {
      api: replicas('Deployment', 'veza-backend-api'),
      chat: replicas('Deployment', 'veza-chat-server'),
      stream: replicas('Deployment', 'veza-stream-server'),
      single: replicas('StatefulSet', 'postgres'),
      suspended: (this.object('CronJob', 'postgres-backup') as unknown as typeof cronJob).spec.suspend,
    };
  }

  /** Whether the services' role is denied the login at the single server, and at the Cluster. */
  get fences(): { readonly single: boolean; readonly cluster: boolean } {
    return { single: this.scripts.single.isFenced, cluster: this.scripts.cluster.isFenced };
  }

  object(kind: string, name: string): KubeObject {
    const found = this.cluster.objects.one<KubeObject>(kind, name, namespace);
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found;
  }

  /** What the operator does: a primary, ready at once, with the data that the Cluster begins with. */
  private makeServers(object: KubeObject): void {
    const { name } = object.metadata;
    this.record(`cluster ${name}`);
    if (!this.operatorWorks) return;
    const spec = object.spec as { readonly instances: number; readonly bootstrap: { readonly recovery?: object } };
    this.data = { ...this.data, [name]: spec.bootstrap.recovery ? this.archived : noData };
    const labels = { 'cnpg.io/cluster': name, 'cnpg.io/instanceRole': 'primary', app: 'postgres-cluster' };
    const containers = [{ name: 'postgres', image: 'cnpg:15' }];
    const { objects } = this.cluster;
    objects.put(secret(`${name}-superuser`, ['password']));
    objects.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${name}-1`, namespace, labels },
      spec: { containers },
    });
    queueMicrotask(() => {
      this.cluster.step();
      const status = { readyInstances: spec.instances, currentPrimary: `${name}-1` };
      objects.update({ ...this.object('Cluster', name), status });
    });
  }

  private exec(call: ExecCall): ExecAnswer {
    const isSingle = call.pod === 'postgres-0';
    const sql = call.command.at(-1) ?? '';
    const data = this.data[isSingle ? 'single' : call.pod.replace(/-1$/, '')] ?? noData;
    if (sql.includes('count_rows')) return rows(data.tables);
    if (sql.includes('pg_sequences')) return rows(data.sequences);
    return this.scripts[isSingle ? 'single' : 'cluster'].exec(call);
  }

  private outcomeOf(job: Job): JobOutcome {
    const [verb = '', name = ''] = readJobArguments(job);
    if (verb !== 'restore') return this.backups.run(job);
    const [{ env = [] }] = job.spec.template.spec.containers as [JobContainer];
    const host = env.find((each) => each.name === 'PGHOST')?.value;
    if (host !== 'postgres-cluster-rw') return { succeed: false, log: `restored ${name} into ${host}` };
    const effect = () => {
      this.data = { ...this.data, 'postgres-cluster': this.data.single ?? noData };
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

/** The lines of the error that rejects a promise. */
export async function problemsOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => '',
    (error: unknown) => {
      if (error instanceof OperationError) return error.problems.join('\n');
      if (error instanceof Error) return error.message;
      throw error;
    },
  );
}

function rows(figures: Readonly<Record<string, number>>): ExecAnswer {
  const lines = Object.entries(figures).map(([name, value]) => `${name}|${value}\n`);
  return { status: 0, stdout: lines.join(''), stderr: '' };
}

function selectorOf(object: KubeObject): unknown {
  return (object.spec as { readonly selector?: unknown }).selector;
}

function definition(kind: string, plural: string, group: string): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural },
      versions: [{ name: 'v1', served: true, storage: true }],
    },
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  };
}

function operator(name: string, image: string): KubeObject {
  const object = deployment(name, 1);
  const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'manager', image }] } };
  return { ...object, metadata: { name, namespace: 'cnpg-system' }, spec: { ...(object.spec as object), template } };
}

/** The operator with its plugin, which a cluster has before a database moves into it. */
export const operatorObjects: readonly KubeObject[] = [
  definition('Cluster', 'clusters', 'postgresql.cnpg.io'),
  definition('Backup', 'backups', 'postgresql.cnpg.io'),
  definition('ScheduledBackup', 'scheduledbackups', 'postgresql.cnpg.io'),
  definition('ObjectStore', 'objectstores', 'barmancloud.cnpg.io'),
  ...['Certificate certificates', 'Issuer issuers'].map((names) => {
    const [kind = '', plural = ''] = names.split(' ');
    return definition(kind, plural, 'cert-manager.io');
  }),
  operator('cnpg-controller-manager', 'ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0'),
  operator('barman-cloud', 'ghcr.io/cloudnative-pg/plugin-barman-cloud:v0.16.0'),
];

function secret(name: string, keys: readonly string[]): KubeObject {
  const data = Object.fromEntries(keys.map((key) => [key, 'bG9uZyBlbm91Z2ggdG8gYmUgYSBwYXNzd29yZA==']));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data } as unknown as KubeObject;
}

const environmentObjects: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  secret('veza-secrets', listServiceSecretKeys(veza, listDatabaseRoles(veza, clustered))),
  secret('veza-backup-secrets', ['BACKUP_PASSWORD', 'BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY']),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'postgres-service', namespace },
    spec: { selector: { app: 'postgres' }, ports: [{ port: 5432 }] },
  },
];

/** The Secret that cert-manager makes for a Certificate, at once. */
function issued({ spec }: KubeObject): KubeObject {
  return secret((spec as { readonly secretName: string }).secretName, ['ca.crt', 'tls.crt', 'tls.key']);
}

/** The name of the backup that is on the volume already. */
export const savedBackup = record.name;
