import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { k8s } from 'cdk8s-plus-27';
import type { CronJob } from '../../../lib/cluster/kubernetes-types';
import { SecretBundle } from '../../../lib/constructs/config/secret-bundle';
import { Backup } from '../../../lib/constructs/postgres/backup/backup';
import { Postgres } from '../../../lib/constructs/postgres/postgres';
import { createJobFromCronJob } from '../../../lib/operations/backup/backup-jobs';
import { makeFetchTask } from '../../../lib/operations/backup/stored-backups';
import { postgresConf } from '../../../lib/platform/settings/postgres-parameters';
import { database, roles } from '../../constructs/postgres/support/stores';
import type { Container, Outcome } from './container';
import { type Manifests, type PodSpec, podOf, synthesize } from './manifests';
import { Pod } from './pod';
import { backupPassword } from './postgres';

const namespaceScope = { namespace: 'test', platform: 'veza', environment: 'test' };

/** A bucket, for which a directory stands. */
const bucket = {
  kind: 'bucket',
  image: 'docker.io/rclone/rclone:1.71.0',
  endpoint: 's3.veza.test',
  region: 'eu-1',
  bucket: 'veza-backups',
  schedule: '0 4 * * *',
} as const;

/** Secrets of the backup. */
export const backupSecrets = {
  'veza-backup-secrets': {
    BACKUP_PASSWORD: backupPassword,
    BACKUP_ACCESS_KEY_ID: 'id',
    BACKUP_SECRET_ACCESS_KEY: 'key',
  },
};

const manifests: Manifests = synthesize((chart) => {
  new k8s.KubeConfigMap(chart, 'config', {
    metadata: { name: 'veza-config' },
    data: { 'postgres.conf': postgresConf(database.parameters) },
  });
  new Postgres(chart, 'postgres', {
    namespaceScope,
    database,
    postgresConf: { configMapName: 'veza-config', key: 'postgres.conf' },
    roles,
    passwordSecret: 'veza-secrets',
    backupPassword: { secretName: 'veza-backup-secrets', key: 'BACKUP_PASSWORD' },
    priorityClassName: 'veza-stores',
  });
  new Backup(chart, 'backup', {
    namespaceScope,
    database: { ...database, backup: { ...database.backup, offsite: bucket } },
    roles,
    secrets: new SecretBundle(chart, 'secrets', {
      namespaceScope,
      name: 'veza-backup-secrets',
      keys: ['BACKUP_PASSWORD', 'BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'],
      source: { kind: 'existing' },
    }),
    priorityClassName: 'veza-stores',
  });
});

/** A pod of one of the backup's workloads, on the volume of the backups. */
export function backupPod(workload: string, claim: string, postgres: Pod, secrets = backupSecrets): Promise<Pod> {
  return Pod.create({ manifests: podOf(manifests, workload), secrets, claim, networkOf: postgres });
}

/** The CronJob of the copy, as far as a Job is derived from it. */
const copyCronJob = {
  metadata: { name: 'postgres-backup-copy' },
  spec: { jobTemplate: { spec: { template: { spec: podOf(manifests, 'postgres-backup-copy').pod } } } },
} as unknown as CronJob;

/** The pod of the Job that is derived from the CronJob of the copy, to fetch a backup; with what it is asked to do. */
export async function fetchPod(claim: string, postgres: Pod, backup: string): Promise<[Pod, readonly string[]]> {
  const task = makeFetchTask(copyCronJob, backup);
  const pod = createJobFromCronJob(copyCronJob, task, 'test').spec.template.spec as unknown as PodSpec;
  const derived = { ...manifests, pod };
  return [await Pod.create({ manifests: derived, secrets: backupSecrets, claim, networkOf: postgres }), task.args];
}

/** The container of the backup's pod, running with other arguments, as a Job that was derived from the CronJob. */
export function startBackup(pod: Pod, ...args: readonly string[]): Container {
  const container = manifests.pods['postgres-backup']?.containers[0];
  return pod.start('backup', [...(container?.command ?? []), ...args]);
}

/** Runs the backup's container with other arguments to its end, in a pod of its own. */
export async function runBackup(claim: string, postgres: Pod, ...args: readonly string[]): Promise<Outcome> {
  const pod = await backupPod('postgres-backup', claim, postgres);
  try {
    return await startBackup(pod, ...args).end();
  } finally {
    await pod.remove();
  }
}

/** The container of the copy, where a directory stands for the bucket. @default args - as the manifest states */
export function startCopy(pod: Pod, args: readonly string[] = [], ...env: readonly string[]): Container {
  const stated = manifests.pods['postgres-backup-copy']?.containers[0]?.args ?? [];
  const line = ['env', 'RCLONE_CONFIG_OFFSITE_TYPE=local', ...env, 'rclone', ...(args.length > 0 ? args : stated)];
  return pod.start('copy', ['sh', '-c', 'cd /tmp && exec "$@"', 'copy', ...line]);
}

/** Restores a backup as the command does: missing roles, data, then all that is not in the dump. */
export async function restoreAll(claim: string, postgres: Pod, name: string): Promise<Outcome> {
  const roles = await runBackup(claim, postgres, 'roles', name);
  await closeFence(postgres);
  await restoreRoles(postgres, 'make', roles.output);
  const outcome = await runBackup(claim, postgres, 'restore', name);
  await restoreRoles(postgres, 'apply', roles.output);
  await openFence(postgres);
  return outcome;
}

/** Restores the data of a backup behind the fence, and nothing else. */
export async function restoreData(claim: string, postgres: Pod, name: string): Promise<Outcome> {
  await closeFence(postgres);
  const outcome = await runBackup(claim, postgres, 'restore', name);
  await openFence(postgres);
  return outcome;
}

/** Denies the services' role the login, as the command does in the pod of the server. */
export function closeFence(postgres: Pod): Promise<void> {
  return fence(postgres, 'close', '20261125T021500Z');
}

/** Lets the services' role log in again. */
export function openFence(postgres: Pod): Promise<void> {
  return fence(postgres, 'open');
}

async function fence(postgres: Pod, ...words: readonly string[]): Promise<void> {
  const { code, output } = await postgres.container('roles').exec(['sh', '/etc/postgres/fence.sh', ...words]);
  if (code !== 0 || output !== '') throw new Error(`fence.sh ${words.join(' ')} ended with ${code}:\n${output}`);
}

/** What the command runs in the pod of the server, with the roles of a backup. */
export function restoreRoles(postgres: Pod, verb: 'make' | 'apply', saved: string): Promise<Outcome> {
  const script = `printf %s "$0" | sh /etc/postgres/restore-roles.sh ${verb}`;
  return postgres.container('roles').exec(['sh', '-c', script, saved]);
}

/** Names of the backups on a volume. */
export function kept(claim: string): string[] {
  return readdirSync(join(claim, 'complete')).sort();
}

/** The metrics file of a volume, as name -> value. */
export function metrics(claim: string): Record<string, number> {
  const lines = readFileSync(join(claim, 'metrics/backup.prom'), 'utf8').match(/^postgres_.*$/gm) ?? [];
  return Object.fromEntries(lines.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]));
}

/** The last line of an output. */
export function lastLine({ output }: Outcome): string {
  return output.trimEnd().split('\n').at(-1) ?? '';
}
