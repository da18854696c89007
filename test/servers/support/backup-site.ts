import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { database } from '../../constructs/postgres/support/stores';
import { kept, runBackup } from './backup';
import { makeClaim, removeClaim } from './claims';
import { run } from './container';
import { fill } from './contents';
import type { Pod } from './pod';
import { asSuperuser, endSessions, isAnySession, startPostgres } from './postgres';
import { eventually, requireTools } from './tools';

/** The password of the services' role. */
export const password = 'a secret that is long enough';

/** The files of a backup. */
export const files = ['SHA256SUMS', 'database.dump', 'record.json', 'roles.json', 'tables'];

/** A server with data, and a volume for its backups. */
export class BackupSite {
  private constructor(
    readonly postgres: Pod,
    /** The volume of the backups. */
    readonly backups: string,
    /** The volume of the server. */
    readonly data: string,
  ) {}

  static async start(): Promise<BackupSite> {
    requireTools();
    const data = makeClaim();
    const site = new BackupSite(await startPostgres(data, password), makeClaim(), data);
    await fill(site.postgres);
    return site;
  }

  async remove(): Promise<void> {
    await this.postgres.remove();
    removeClaim(this.data);
    removeClaim(this.backups);
  }

  /**
   * Makes a backup, and returns its name.
   * @throws Error with what it said, if it failed
   */
  async create(): Promise<string> {
    const { code, output } = await runBackup(this.backups, this.postgres, 'create');
    if (code !== 0) throw new Error(output);
    return kept(this.backups).at(-1) ?? '';
  }

  /** Where a file of a backup is. */
  path(name: string, file = ''): string {
    return join(this.backups, 'complete', name, file);
  }

  /** Puts a backup a second time, under another name or on another volume. */
  async duplicate(name: string, to: string): Promise<void> {
    cpSync(this.path(name), to, { recursive: true });
    await run(['chown', '-R', '10005:10005', to]);
  }

  /** Writes the checksums of a backup anew, as for one that was damaged before it was written. */
  resum(name: string): void {
    writeChecksums(this.path(name));
  }

  /** Names of the databases that are not the server's own. */
  databases(): Promise<string> {
    const names =
      "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname !~ '^template|^postgres$'";
    return asSuperuser(this.postgres, names);
  }

  /** Drops what restores put aside. */
  async dropOld(): Promise<void> {
    const old = (await this.databases()).split(' ').filter((name) => name.startsWith(`${database.name}_before_`));
    for (const name of old) await asSuperuser(this.postgres, `DROP DATABASE ${name}`);
  }

  /** Starts a session that no role may end, so that the database cannot be renamed; returns a function that ends it. */
  async occupy(): Promise<() => Promise<void>> {
    const statement = 'SELECT pg_sleep(25)';
    const session = asSuperuser(this.postgres, statement, database.name);
    await eventually('the session', 5, () => isAnySession(this.postgres, `query = '${statement}'`));
    return async () => {
      await endSessions(this.postgres, statement);
      await session;
    };
  }
}

/** Writes the checksums of what is in the directory of a backup. */
export function writeChecksums(directory: string): void {
  const names = readdirSync(directory).filter((file) => file !== 'SHA256SUMS');
  const sum = (file: string) =>
    createHash('sha256')
      .update(readFileSync(join(directory, file)))
      .digest('hex');
  writeFileSync(
    join(directory, 'SHA256SUMS'),
    names
      .sort()
      .map((file) => `${sum(file)}  ${file}\n`)
      .join(''),
  );
}

/** Changes one bit of a file. */
export function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
