import { formatBytes } from '../../cluster/format';
import type { Pod } from '../../cluster/kubernetes-types';
import { kubectlCommandLine, type OperationContext } from '../../cluster/operation-context';
import { type TemporaryNames, temporaryNames } from '../../platform/backup-names';
import { errorMessage, OperationError } from '../../platform/errors';
import { postgresFiles, postgresPaths, postgresServer } from '../../platform/postgres-pod';
import { serverRoles } from '../../platform/settings/database';
import { requireInClusterDatabase } from '../backup/backup-jobs';
import type { BackupRecord } from '../backup/backup-record';

const { pod, container: serverContainer, rolesContainer } = postgresServer;

/** Script that creates and reconciles roles. */
const rolesScript = `${postgresPaths.config}/${postgresFiles.restoreRoles}`;

/** Script that denies the services' role the login, or allows it. */
const fenceScript = `${postgresPaths.config}/${postgresFiles.fence}`;

/** Databases with their sizes: `name|bytes`. */
const selectSizes = 'SELECT datname, pg_database_size(oid) FROM pg_database';

/** The database that an earlier restore replaced. */
export interface OldDatabase {
  readonly name: string;
  readonly bytes: number;
}

/** Administers the database server from inside its pod, where the superuser needs no password. */
export class PostgresAdmin {
  /** Name of the environment's database. */
  readonly database: string;
  /** Names of its temporary databases. */
  readonly temporaryNames: TemporaryNames;

  constructor(private readonly context: OperationContext) {
    this.database = requireInClusterDatabase(context.environment).name;
    this.temporaryNames = temporaryNames(this.database);
  }

  /** Bytes that a restore may take: the free space, and the leftovers of a killed one, which the next drops. */
  async freeBytes(): Promise<number> {
    const { volume } = postgresPaths;
    const df = await this.exec(serverContainer, ['df', '--output=avail', '--block-size=1', volume]);
    const free = Number(df.trim().split('\n').at(-1));
    const rows = await this.query(`${selectSizes} WHERE datname = '${this.temporaryNames.restoring}'`);
    const [rest = 0] = rows.map(sizeOf);
    return free + rest;
  }

  /** Databases that earlier restores replaced, the largest first. */
  async oldDatabases(): Promise<OldDatabase[]> {
    const rows = await this.query(`${selectSizes} WHERE starts_with(datname, '${this.temporaryNames.before}')`);
    return rows
      .map((row) => ({ name: row.split('|')[0] ?? '', bytes: sizeOf(row) }))
      .sort((one, other) => other.bytes - one.bytes);
  }

  /** OID of the environment's database, which it keeps when it is renamed; undefined if there is none. */
  async databaseOid(): Promise<string | undefined> {
    const [oid] = await this.query(`SELECT oid FROM pg_database WHERE datname = '${this.database}'`);
    return oid;
  }

  /** Name of the database with an OID. */
  async databaseName(oid: string): Promise<string | undefined> {
    const [name] = await this.query(`SELECT datname FROM pg_database WHERE oid = ${oid}`);
    return name;
  }

  /**
   * Creates the roles of a backup that are missing, without permissions, and returns their names.
   * @param savedRoles what the Job `roles` printed
   */
  async createMissingRoles(savedRoles: string): Promise<string[]> {
    return splitLines(await this.exec(rolesContainer, ['sh', rolesScript, 'make'], savedRoles));
  }

  /** Restores the permissions and settings of roles and database, and then applies those of the manifests. */
  async reconcile(savedRoles: string): Promise<void> {
    await this.exec(rolesContainer, ['sh', rolesScript, 'apply'], savedRoles);
  }

  /** Command that reconciles by hand, with what a Job printed. */
  reconcileCommand(job: string): string {
    const apply = `exec --stdin ${pod} --container=${rolesContainer} -- sh ${rolesScript} apply`;
    return `${kubectlCommandLine(this.context, `logs job/${job}`)} | ${kubectlCommandLine(this.context, apply)}`;
  }

  /**
   * Makes sure that the running release has the script of the fence.
   * @throws OperationError
   */
  async requireFence(): Promise<void> {
    try {
      await this.exec(rolesContainer, ['test', '-e', fenceScript]);
    } catch (error) {
      const cause = errorMessage(error);
      throw new OperationError([`${fenceScript} cannot be run in ${pod} (${cause}); deploy these manifests first`]);
    }
  }

  /** Why the server's container is not ready: `CrashLoopBackOff`; undefined if it is ready or has no pod. */
  async notReadyReason(): Promise<string | undefined> {
    const { kubectl, environment } = this.context;
    const found = await kubectl.find<Pod>(`pod/${pod}`, environment.namespace);
    const status = found?.status?.containerStatuses?.find(({ name }) => name === serverContainer);
    return status && !status.ready ? (status.state?.waiting?.reason ?? 'not ready') : undefined;
  }

  /** Denies the services' role the login, even if roles are reconciled meanwhile, and ends its sessions. */
  async closeFence(backup: string): Promise<void> {
    await this.exec(rolesContainer, ['sh', fenceScript, 'close', backup]);
  }

  /** Lets the services' role log in again. */
  async openFence(): Promise<void> {
    await this.exec(rolesContainer, ['sh', fenceScript, 'open']);
  }

  /** Command that lets the services' role log in again. */
  get openFenceCommand(): string {
    return this.commandLine(rolesContainer, `sh ${fenceScript} open`);
  }

  /** Command that lists all databases. */
  get listCommand(): string {
    return this.commandLine(serverContainer, `psql --username=${serverRoles.superuser} --list`);
  }

  /** Command that drops a database. */
  dropCommand(name: string): string {
    return this.commandLine(serverContainer, `dropdb --username=${serverRoles.superuser} ${name}`);
  }

  private commandLine(container: string, command: string): string {
    return kubectlCommandLine(this.context, `exec ${pod} --container=${container} -- ${command}`);
  }

  private async query(sql: string): Promise<string[]> {
    const psql = ['psql', `--username=${serverRoles.superuser}`, '--no-psqlrc', '--tuples-only', '--no-align'];
    return splitLines(await this.exec(serverContainer, [...psql, `--command=${sql}`]));
  }

  private exec(container: string, command: readonly string[], input?: string): Promise<string> {
    const { kubectl, environment } = this.context;
    return kubectl.exec(pod, environment.namespace, { container, command, input });
  }
}

function splitLines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

/** The second column of a row of `selectSizes`. */
function sizeOf(row: string): number {
  return Number(row.split('|')[1]);
}

/** Bytes that a restore takes per byte of the database: indexes are rebuilt, and sorted on disk before. */
const restoreOverhead = 1.2;

/** Bytes that the write-ahead log grows to meanwhile, however small the database (max_wal_size). */
const walHeadroomBytes = 2 ** 30;

/** Returns the bytes that a restore takes on the database's volume, at most. */
export function neededBytes({ databaseBytes }: BackupRecord): number {
  return Math.ceil(databaseBytes * restoreOverhead) + walHeadroomBytes;
}

/**
 * Makes sure that the volume has space for the restored database next to the present one.
 * @returns both numbers, for users
 * @throws OperationError that names the old databases that could be dropped
 */
export async function ensureFreeSpace(postgres: PostgresAdmin, record: BackupRecord): Promise<string> {
  const free = await postgres.freeBytes();
  const needed = neededBytes(record);
  const figures = `${formatBytes(needed)} needed, ${formatBytes(free)} free`;
  if (free >= needed) return figures;
  const old = await postgres.oldDatabases();
  const remedies = old.map(({ name, bytes }) => {
    const command = postgres.dropCommand(name);
    return `${name} of an earlier restore takes ${formatBytes(bytes)}; if it is no longer needed, drop it: ${command}`;
  });
  throw new OperationError([
    `not enough space on the volume for the restored database next to the present one: ${figures}`,
    ...(old.length === 0 ? ['there is no database of an earlier restore to drop; enlarge the volume'] : remedies),
  ]);
}
