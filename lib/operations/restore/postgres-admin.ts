import { formatBytes } from '../../cluster/format';
import type { Pod } from '../../cluster/kubernetes-types';
import { kubectlCommandLine, type OperationContext } from '../../cluster/operation-context';
import { type TemporaryNames, temporaryNames } from '../../platform/backup-names';
import { OperationError } from '../../platform/errors';
import { postgresFiles, postgresPaths } from '../../platform/postgres-pod';
import { serverRoles } from '../../platform/settings/database';
import { requireInClusterDatabase } from '../backup/backup-jobs';
import type { BackupRecord } from '../backup/backup-record';

/** The pod of the database server. */
export const serverPod = 'postgres-0';

/** What in it restores roles, and denies the services' role the login. */
const rolesScript = `${postgresPaths.config}/${postgresFiles.restoreRoles}`;
const fenceScript = `${postgresPaths.config}/${postgresFiles.fence}`;

/** A database that an earlier restore put aside. */
export interface OldDatabase {
  readonly name: string;
  readonly bytes: number;
}

/** The server, asked inside its own pod, where the superuser needs no password. */
export class PostgresAdmin {
  /** Name of the environment's database. */
  readonly database: string;
  /** Names of the databases beside it. */
  readonly temporaryNames: TemporaryNames;

  constructor(private readonly site: OperationContext) {
    this.database = requireInClusterDatabase(site.environment).name;
    this.temporaryNames = temporaryNames(this.database);
  }

  /** Bytes that a restore may take: what is free, and what the rest of one that was killed takes until it is dropped. */
  async freeBytes(): Promise<number> {
    const { volume } = postgresPaths;
    const df = await this.exec('postgres', ['df', '--output=avail', '--block-size=1', volume]);
    const free = Number(df.trim().split('\n').at(-1));
    const [rest = 0] = (await this.query(`${sizes} WHERE datname = '${this.temporaryNames.restoring}'`)).map(sizeOf);
    return free + rest;
  }

  /** Databases that earlier restores put aside, the largest first. */
  async oldDatabases(): Promise<OldDatabase[]> {
    const rows = await this.query(`${sizes} WHERE starts_with(datname, '${this.temporaryNames.before}')`);
    return rows
      .map((row) => ({ name: row.split('|')[0] ?? '', bytes: sizeOf(row) }))
      .sort((one, other) => other.bytes - one.bytes);
  }

  /** What tells the database from another of its name: it stays with it when it is renamed. Nothing if there is none. */
  async databaseOid(): Promise<string | undefined> {
    const [row] = await this.query(`SELECT oid FROM pg_database WHERE datname = '${this.database}'`);
    return row;
  }

  /** The name that the database of an identity has now. */
  async databaseName(databaseOid: string): Promise<string | undefined> {
    const [name] = await this.query(`SELECT datname FROM pg_database WHERE oid = ${databaseOid}`);
    return name;
  }

  /** Makes the roles of a backup that are missing, which can do nothing until they are reconciled; returns their names. */
  async createMissingRoles(saved: string): Promise<string[]> {
    return linesOf(await this.exec('roles', ['sh', rolesScript, 'make'], saved));
  }

  /** Gives roles and database what they had in a backup, and brings them to what they should be. */
  async reconcile(saved: string): Promise<void> {
    await this.exec('roles', ['sh', rolesScript, 'apply'], saved);
  }

  /** What to type to reconcile by hand, with what a Job printed. */
  reconcileCommand(job: string): string {
    const apply = `exec --stdin ${serverPod} --container=roles -- sh ${rolesScript} apply`;
    return `${kubectlCommandLine(this.site, `logs job/${job}`)} | ${kubectlCommandLine(this.site, apply)}`;
  }

  /** Makes sure that what runs is new enough to have a fence, before anything is stopped. */
  async requireFence(): Promise<void> {
    try {
      await this.exec('roles', ['test', '-e', fenceScript]);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new OperationError([
        `${fenceScript} cannot be run in ${serverPod} (${cause}); deploy these manifests first`,
      ]);
    }
  }

  /** What is wrong with the server's container, if its pod is there and it does not serve: `CrashLoopBackOff`. */
  async failureReason(): Promise<string | undefined> {
    const { kubectl, environment } = this.site;
    const pod = await kubectl.find<Pod>(`pod/${serverPod}`, environment.namespace);
    const status = pod?.status?.containerStatuses?.find(({ name }) => name === 'postgres');
    return status && !status.ready ? (status.state?.waiting?.reason ?? 'not ready') : undefined;
  }

  /** Denies the services' role the login, whatever reconciles it meanwhile, and ends its sessions. */
  async closeFence(backup: string): Promise<void> {
    await this.exec('roles', ['sh', fenceScript, 'close', backup]);
  }

  /** Lets the services' role log in again. */
  async openFence(): Promise<void> {
    await this.exec('roles', ['sh', fenceScript, 'open']);
  }

  /** What to type to let the services' role log in again. */
  get openFenceCommand(): string {
    return kubectlCommandLine(this.site, `exec ${serverPod} --container=roles -- sh ${fenceScript} open`);
  }

  /** What to type to see all databases. */
  get listCommand(): string {
    return kubectlCommandLine(
      this.site,
      `exec ${serverPod} --container=postgres -- psql --username=${serverRoles.superuser} --list`,
    );
  }

  /** What to type to drop a database for good. */
  dropCommand(name: string): string {
    return kubectlCommandLine(
      this.site,
      `exec ${serverPod} --container=postgres -- dropdb --username=${serverRoles.superuser} ${name}`,
    );
  }

  private async query(sql: string): Promise<string[]> {
    const psql = ['psql', `--username=${serverRoles.superuser}`, '--no-psqlrc', '--tuples-only', '--no-align'];
    return linesOf(await this.exec('postgres', [...psql, `--command=${sql}`]));
  }

  private exec(container: string, command: readonly string[], input?: string): Promise<string> {
    const { kubectl, environment } = this.site;
    return kubectl.exec(serverPod, environment.namespace, { container, command, input });
  }
}

const sizes = 'SELECT datname, pg_database_size(oid) FROM pg_database';

function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

/** The second column of a row of `sizes`. */
function sizeOf(row: string): number {
  return Number(row.split('|')[1]);
}

/** What a restore takes for each byte of the database: its indexes are built anew, and sorted on disk before. */
const restoreOverhead = 1.2;

/** What the server's log grows to meanwhile, however small the database (max_wal_size). A server without room for it stops. */
const walHeadroomBytes = 2 ** 30;

/** Bytes that a restore takes on the database's volume, at most. */
export function bytesNeeded({ databaseBytes }: BackupRecord): number {
  return Math.ceil(databaseBytes * restoreOverhead) + walHeadroomBytes;
}

/**
 * Makes sure that the restored database has room beside the one that is there; returns both numbers in words.
 * @throws OperationError that says which old databases could be dropped
 */
export async function ensureFreeSpace(server: PostgresAdmin, record: BackupRecord): Promise<string> {
  const freeBytes = await server.freeBytes();
  const needed = bytesNeeded(record);
  const numbers = `${formatBytes(needed)} needed, ${formatBytes(freeBytes)} free`;
  if (freeBytes >= needed) return numbers;
  const old = await server.oldDatabases();
  throw new OperationError([
    `the database's volume has no room for the restored database beside the present one: ${numbers}`,
    ...(old.length === 0
      ? ['no database of an earlier restore is there to be dropped; enlarge the volume']
      : old.map(
          ({ name, bytes }) =>
            `${name} of an earlier restore takes ${formatBytes(bytes)}; if nobody needs it, drop it: ${server.dropCommand(name)}`,
        )),
  ]);
}
