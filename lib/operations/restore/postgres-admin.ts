import { formatBytes } from '../../cluster/format';
import type { Pod } from '../../cluster/kubernetes-types';
import { formatKubectlCommand, type OperationContext } from '../../cluster/operation-context';
import { makeTemporaryNames, type TemporaryNames } from '../../platform/backup-names';
import { OperationError, readErrorMessage } from '../../platform/errors';
import { postgresFiles, postgresPaths } from '../../platform/postgres-pod';
import { serverRoles } from '../../platform/settings/database';
import { requireInClusterDatabase } from '../backup/backup-jobs';
import type { BackupRecord } from '../backup/backup-record';
import { type ExecTarget, findPod, type ServerPods, selectServerPods } from './server-pods';

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

/** Administers a database server from inside its pods, where the superuser needs no password. */
export class PostgresAdmin {
  /** Name of the environment's database. */
  readonly database: string;
  readonly temporaryNames: TemporaryNames;

  /** @param pods @default - those of the database that the environment states */
  constructor(
    private readonly context: OperationContext,
    private readonly pods: ServerPods = selectServerPods(requireInClusterDatabase(context.environment)),
  ) {
    this.database = requireInClusterDatabase(context.environment).name;
    this.temporaryNames = makeTemporaryNames(this.database);
  }

  /** Bytes that a restore may take: the free space, and the leftovers of a killed one, which the next drops. */
  async freeBytes(): Promise<number> {
    const { volume } = postgresPaths;
    const df = await this.exec(this.pods.server, ['df', '--output=avail', '--block-size=1', volume]);
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

  async databaseName(oid: string): Promise<string | undefined> {
    const [name] = await this.query(`SELECT datname FROM pg_database WHERE oid = ${oid}`);
    return name;
  }

  /** Reads rows of two columns, a name and a number, of the environment's database: `public.tracks` -> 1234. */
  async readFigures(sql: string): Promise<ReadonlyMap<string, number>> {
    const rows = await this.query(sql, this.database);
    return new Map(rows.map((row) => [row.slice(0, row.lastIndexOf('|')), sizeOf(row)]));
  }

  /**
   * Creates the roles of a backup that are missing, without permissions, and returns their names.
   * @param savedRoles what the Job `roles` printed
   */
  async createMissingRoles(savedRoles: string): Promise<string[]> {
    return splitLines(await this.exec(this.pods.roles, ['sh', rolesScript, 'make'], savedRoles));
  }

  /** Restores the permissions and settings of roles and database, and then applies those of the manifests. */
  async reconcile(savedRoles: string): Promise<void> {
    await this.exec(this.pods.roles, ['sh', rolesScript, 'apply'], savedRoles);
  }

  /** Command that reconciles by hand, with what a Job printed. */
  reconcileCommand(job: string): string {
    const { object, container } = this.pods.roles;
    const apply = `exec --stdin ${object} --container=${container} -- sh ${rolesScript} apply`;
    return `${formatKubectlCommand(this.context, `logs job/${job}`)} | ${formatKubectlCommand(this.context, apply)}`;
  }

  /**
   * Makes sure that the running release has the script of the fence.
   * @throws OperationError
   */
  async requireFence(): Promise<void> {
    try {
      await this.exec(this.pods.roles, ['test', '-e', fenceScript]);
    } catch (error) {
      const cause = readErrorMessage(error);
      throw new OperationError([
        `${fenceScript} cannot be run in ${this.pods.roles.object} (${cause}); deploy these manifests first`,
      ]);
    }
  }

  /** Why a single server is not ready: `CrashLoopBackOff`; undefined if it is ready, has no pod, or is a cluster. */
  async notReadyReason(): Promise<string | undefined> {
    const { kubectl, environment } = this.context;
    const { object, labels, container } = this.pods.server;
    if (labels !== undefined) return undefined;
    const found = await kubectl.find<Pod>(`pod/${object}`, environment.namespace);
    const status = found?.status?.containerStatuses?.find(({ name }) => name === container);
    return status && !status.ready ? (status.state?.waiting?.reason ?? 'not ready') : undefined;
  }

  /** Denies the services' role the login, even if roles are reconciled meanwhile, and ends its sessions. */
  async closeFence(backup: string): Promise<void> {
    await this.exec(this.pods.roles, ['sh', fenceScript, 'close', backup]);
  }

  /** Lets the services' role log in again. */
  async openFence(): Promise<void> {
    await this.exec(this.pods.roles, ['sh', fenceScript, 'open']);
  }

  /** Command that lets the services' role log in again. */
  get openFenceCommand(): string {
    return this.commandLine(this.pods.roles, `sh ${fenceScript} open`);
  }

  get listCommand(): string {
    return this.commandLine(this.pods.server, `psql --username=${serverRoles.superuser} --list`);
  }

  dropCommand(name: string): string {
    return this.commandLine(this.pods.server, `dropdb --username=${serverRoles.superuser} ${name}`);
  }

  private commandLine({ object, container }: ExecTarget, command: string): string {
    return formatKubectlCommand(this.context, `exec ${object} --container=${container} -- ${command}`);
  }

  private async query(sql: string, database: string = serverRoles.superuser): Promise<string[]> {
    const login = [`--username=${serverRoles.superuser}`, `--dbname=${database}`];
    const psql = ['psql', ...login, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align'];
    return splitLines(await this.exec(this.pods.server, [...psql, `--command=${sql}`]));
  }

  private async exec(target: ExecTarget, command: readonly string[], input?: string): Promise<string> {
    const { kubectl, environment } = this.context;
    const { container } = target;
    return kubectl.exec(await findPod(this.context, target), environment.namespace, { container, command, input });
  }
}

function splitLines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

/** The last column of a row, a number. */
function sizeOf(row: string): number {
  return Number(row.split('|').at(-1));
}

/** Bytes that a restore takes per byte of the database: indexes are rebuilt, and sorted on disk before. */
const restoreOverhead = 1.2;

/** Bytes that the write-ahead log grows to meanwhile, however small the database (max_wal_size). */
const walHeadroomBytes = 2 ** 30;

/** Returns the bytes that a restore takes on the database's volume, at most. */
export function computeNeededBytes({ databaseBytes }: BackupRecord): number {
  return Math.ceil(databaseBytes * restoreOverhead) + walHeadroomBytes;
}

/**
 * Makes sure that the volume has space for the restored database next to the present one.
 * @returns both numbers, for users
 * @throws OperationError that names the old databases that could be dropped
 */
export async function ensureFreeSpace(postgres: PostgresAdmin, record: BackupRecord): Promise<string> {
  const free = await postgres.freeBytes();
  const needed = computeNeededBytes(record);
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
