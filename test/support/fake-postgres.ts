import type { ExecAnswer, ExecCall } from './cluster/hooks';

/** A database of the server. */
export interface FakeDatabase {
  readonly oid: number;
  readonly name: string;
  readonly bytes: number;
}

/** The database server of an environment, as far as the programs in its pod show it. */
export class FakePostgres {
  databases: readonly FakeDatabase[] = [{ oid: 16384, name: 'veza_staging', bytes: 9 * 2 ** 20 }];
  freeBytes = 2 * 2 ** 30;
  /** Roles of the backup that the server does not have. */
  missingRoles: readonly string[] = [];
  /** Whether the pod has the script of the fence: an old release does not. */
  hasFenceScript = true;
  /** Whether the services' role is denied the login. */
  isFenced = false;
  /** Names under which damaged data was set aside. */
  readonly setAside: string[] = [];
  /** Errors of the scripts by their first argument: make, apply, close, open. */
  readonly errors: Record<string, string> = {};

  /** @param record is called with each script that changes something, and its input */
  constructor(private readonly record: (event: string) => void) {}

  /** Runs a program in the server's pod. */
  exec({ command: [program = '', ...args], input }: ExecCall): ExecAnswer {
    if (program === 'test') return this.hasFenceScript ? success('') : failure('');
    if (program === 'df') return success(`    Avail\n${this.freeBytes}`);
    if (program === 'psql') return this.query(args.at(-1) ?? '');
    if (program === 'sh') return this.runScript(args, input);
    return failure(`${program}: not found`);
  }

  /** Replaces the database, as the Job of a restore does at its end. */
  replaceDatabase(backup: string, bytes: number): void {
    const renamed = this.databases.map((database) =>
      database.name === 'veza_staging'
        ? { ...database, name: `veza_staging_before_${backup.toLowerCase()}` }
        : database,
    );
    this.databases = [...renamed, { oid: 20000 + renamed.length, name: 'veza_staging', bytes }];
  }

  /** Sets the data aside, once under the same name: a fresh server has an empty database. */
  setDataAside(name: string): void {
    if (this.setAside.includes(name)) return;
    this.setAside.push(name);
    this.databases = [{ oid: 30000, name: 'veza_staging', bytes: 8 * 2 ** 20 }];
  }

  private query(sql: string): ExecAnswer {
    const [, name = ''] = /datname(?: =|,) '(\w+)'/.exec(sql) ?? [];
    const [, oid] = /oid = (\w*)/.exec(sql) ?? [];
    if (oid !== undefined && !/^\d+$/.test(oid)) return failure('ERROR:  syntax error at end of input');
    const found = this.databases.filter((database) => {
      if (sql.includes('starts_with(')) return database.name.startsWith(name);
      return oid === undefined ? database.name === name : database.oid === Number(oid);
    });
    return success(found.map((database) => rowOf(sql, database)).join('\n'));
  }

  private runScript([script = '', verb = '', ...rest]: readonly string[], input: string): ExecAnswer {
    const isFence = script.endsWith('/fence.sh');
    this.record(isFence ? ['fence', verb, ...rest].join(' ') : `${verb} ${input.trim()}`);
    const error = this.errors[verb];
    if (error !== undefined) return failure(error);
    if (isFence) this.isFenced = verb === 'close';
    return success(verb === 'make' ? this.missingRoles.join('\n') : '');
  }
}

function rowOf(sql: string, { oid, name, bytes }: FakeDatabase): string {
  if (sql.includes('SELECT oid')) return String(oid);
  return sql.includes('pg_database_size') ? `${name}|${bytes}` : name;
}

function success(stdout: string): ExecAnswer {
  return { status: 0, stdout: stdout === '' ? '' : `${stdout}\n`, stderr: '' };
}

function failure(stderr: string): ExecAnswer {
  return { status: 1, stdout: '', stderr };
}
