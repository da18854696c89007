import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { k8s } from 'cdk8s-plus-27';
import { Backup } from '../../../lib/backup/backup';
import { SecretBundle } from '../../../lib/bundles/secret-bundle';
import { Postgres } from '../../../lib/data/postgres';
import { postgresConf } from '../../../lib/data/postgres-parameters';
import { database } from '../../data/support/stores';
import type { Container, Outcome } from './container';
import { type Manifests, podOf, synthesize } from './manifests';
import { Pod } from './pod';
import { backupPassword } from './postgres';

const home = { namespace: 'test', platform: 'veza' };

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
    home,
    database,
    postgresConf: { configMapName: 'veza-config', key: 'postgres.conf' },
    password: { secretName: 'veza-secrets', key: 'DB_PASSWORD' },
    backupPassword: { secretName: 'veza-backup-secrets', key: 'BACKUP_PASSWORD' },
    priorityClassName: 'veza-stores',
  });
  new Backup(chart, 'backup', {
    home,
    database: { ...database, backup: { ...database.backup, offsite: bucket } },
    secrets: new SecretBundle(chart, 'secrets', {
      home,
      name: 'veza-backup-secrets',
      keys: ['BACKUP_PASSWORD', 'BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'],
      source: { kind: 'existing' },
    }),
    priorityClassName: 'veza-stores',
  });
});

/** A pod of one of the backup's workloads, on the volume of the backups. */
export function backupPod(workload: string, claim: string, postgres: Pod, secrets = backupSecrets): Promise<Pod> {
  return Pod.create({ manifests: podOf(manifests, workload), secrets, claim, beside: postgres });
}

/** The pod of the copy as it fetches a backup back: the Job derived from its CronJob writes the volume. */
export function fetchPod(claim: string, postgres: Pod): Promise<Pod> {
  const stated = podOf(manifests, 'postgres-backup-copy');
  const containers = stated.pod.containers.map((container) => ({
    ...container,
    volumeMounts: (container.volumeMounts ?? []).map((mount) => ({ ...mount, readOnly: false })),
  }));
  const writing = { ...stated, pod: { ...stated.pod, containers } };
  return Pod.create({ manifests: writing, secrets: backupSecrets, claim, beside: postgres });
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

/** The arguments of the copy, and with another remote's type a directory stands for the bucket. */
export function copyCommand(...args: readonly string[]): string[] {
  const stated = manifests.pods['postgres-backup-copy']?.containers[0]?.args ?? [];
  return ['env', 'RCLONE_CONFIG_OFFSITE_TYPE=local', 'rclone', ...(args.length > 0 ? args : stated)];
}

/** Names of the verified backups on a volume. */
export function verified(claim: string): string[] {
  return readdirSync(join(claim, 'verified')).sort();
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
