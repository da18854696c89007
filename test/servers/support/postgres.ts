import { k8s } from 'cdk8s-plus-27';
import { Postgres } from '../../../lib/constructs/postgres/postgres';
import type { LoginRole } from '../../../lib/platform/database-roles';
import type { SingleDatabase } from '../../../lib/platform/settings/database';
import { postgresConf } from '../../../lib/platform/settings/postgres-parameters';
import { database, roles as someRoles } from '../../constructs/postgres/support/stores';
import type { Outcome } from './container';
import { type Manifests, synthesize } from './manifests';
import { Pod } from './pod';
import { eventually } from './tools';

const bin = '/usr/lib/postgresql/15/bin';

/** The manifests of the database, and of the ConfigMap that its settings are in. */
export function postgresManifests(
  roles: readonly LoginRole[] = someRoles,
  server: SingleDatabase = database,
): Manifests {
  return synthesize((chart) => {
    new k8s.KubeConfigMap(chart, 'config', {
      metadata: { name: 'veza-config' },
      data: { 'postgres.conf': postgresConf(server.parameters) },
    });
    new Postgres(chart, 'postgres', {
      namespaceScope: { namespace: 'test', platform: 'veza', environment: 'test' },
      database: server,
      postgresConf: { configMapName: 'veza-config', key: 'postgres.conf' },
      roles,
      passwordSecret: 'veza-secrets',
      backupPassword: { secretName: 'veza-backup-secrets', key: 'BACKUP_PASSWORD' },
      priorityClassName: 'veza-stores',
    });
  });
}

/** The password of the backup's role, unless a test changes it. */
export const backupPassword = `back'up "of" \\all $HOME é`;

/** The passwords of the services' own roles. */
export const servicePasswords = {
  'backend-api': 'the password of the API',
  'chat-server': 'the password of the chat',
  'stream-server': `the "password" of the stream's $HOME`,
} as const;

/** The keys of the platform's Secret, with a password of the owner. */
export function passwordKeys(password: string): Record<string, string> {
  return {
    DB_PASSWORD: password,
    DB_PASSWORD_BACKEND_API: servicePasswords['backend-api'],
    DB_PASSWORD_CHAT_SERVER: servicePasswords['chat-server'],
    DB_PASSWORD_STREAM_SERVER: servicePasswords['stream-server'],
  };
}

/** The Secrets of the namespace, with a password of the owner. */
export function secretsWith(password: string): Record<string, Record<string, string>> {
  return { 'veza-secrets': passwordKeys(password), 'veza-backup-secrets': { BACKUP_PASSWORD: backupPassword } };
}

/** Makes a pod of PostgreSQL on a volume; no container runs yet. */
export function postgresPod(claim: string, password: string, roles?: readonly LoginRole[]): Promise<Pod> {
  return Pod.create({ manifests: postgresManifests(roles), secrets: secretsWith(password), claim });
}

/** Starts a pod of PostgreSQL on a volume and waits until services would reach it. */
export async function startPostgres(claim: string, password: string, roles?: readonly LoginRole[]): Promise<Pod> {
  return startPod(await postgresPod(claim, password, roles));
}

/** Starts a pod that was made, and waits until services would reach it. */
export async function startPod(pod: Pod): Promise<Pod> {
  try {
    await pod.startAll();
    await eventually('PostgreSQL ready', 30, () => pod.ready());
  } catch (error) {
    const { log } = pod;
    await pod.remove();
    throw new Error(`${error}\n${log}`);
  }
  return pod;
}

/** Runs a statement as a role logs in, over the network. */
export function asRole(pod: Pod, role: keyof typeof servicePasswords, statement: string): Promise<Outcome> {
  return asService(pod, servicePasswords[role], statement, `user=${role}`);
}

/** Runs a statement as a service of an earlier release does, with the owner's password: over the network, through an address that default access rules do not cover. */
export function asService(pod: Pod, password: string, statement: string, options = ''): Promise<Outcome> {
  const server = `host=127.0.0.2 port=5432 dbname=${database.name} user=${database.user} sslmode=require`;
  return pod.client([`${bin}/psql`, '-XAtw', '-c', statement, `${server} ${options}`], { PGPASSWORD: password });
}

/** Runs a statement as the superuser, from inside the server's container. */
export async function asSuperuser(pod: Pod, statement: string, dbname = 'postgres'): Promise<string> {
  const { output } = await pod
    .container('postgres')
    .exec(['psql', '-XAt', '-U', 'postgres', '-d', dbname, '-c', statement]);
  return output.trim();
}

/** Whether another session of the server is so. */
export async function isAnySession(pod: Pod, condition: string): Promise<boolean> {
  const others = `SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND ${condition}`;
  return (await asSuperuser(pod, `SELECT EXISTS (${others})`)) === 't';
}

/** Ends all sessions that work at a statement, by its beginning. */
export async function endSessions(pod: Pod, statement: string): Promise<void> {
  const sessions = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE starts_with(query, '${statement}')`;
  await asSuperuser(pod, sessions);
}
