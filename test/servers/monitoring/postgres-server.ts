import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync } from 'node:fs';
import { join } from 'node:path';
import { awaited } from './tools';

const binaries = '/usr/lib/postgresql/15/bin';

/** A PostgreSQL on a socket in a folder, with few connections to give. */
export class PostgresServer {
  private constructor(
    readonly folder: string,
    private readonly run: SpawnOptions,
    private readonly server: ReturnType<typeof spawn>,
  ) {}

  /** Starts one with an empty database of that name. It refuses to run as root, so it runs as its package's user. */
  static async start(folder: string, database: string, maxConnections: number): Promise<PostgresServer> {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
    const run: SpawnOptions = process.getuid?.() === 0 ? { uid, gid, cwd: folder } : { cwd: folder };
    if (uid !== undefined && gid !== undefined && process.getuid?.() === 0) chownSync(folder, uid, gid);
    const data = join(folder, 'data');
    execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '-N'], {
      ...run,
      stdio: 'pipe',
    });
    const settings = {
      listen_addresses: '',
      unix_socket_directories: folder,
      max_connections: maxConnections,
      fsync: 'off',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn(join(binaries, 'postgres'), ['-D', data, ...flags], { ...run, stdio: 'ignore' });
    const postgres = new PostgresServer(folder, run, server);
    await awaited('PostgreSQL', 30, async () => postgres.execute('postgres', `CREATE DATABASE ${database}`));
    return postgres;
  }

  /** Opens idle connections, which stay open. */
  connect(database: string, count: number): void {
    for (let index = 0; index < count; index += 1) {
      spawn(join(binaries, 'psql'), this.client(database, 'SELECT pg_sleep(600)'), { ...this.run, stdio: 'ignore' });
    }
  }

  async stop(): Promise<void> {
    if (this.server.exitCode !== null || this.server.signalCode !== null) return;
    const gone = once(this.server, 'exit');
    this.server.kill('SIGQUIT');
    await gone;
  }

  private execute(database: string, sql: string): true {
    execFileSync(join(binaries, 'psql'), this.client(database, sql), { ...this.run, stdio: 'pipe' });
    return true;
  }

  private client(database: string, sql: string): string[] {
    return ['-X', '-h', this.folder, '-U', 'postgres', '-d', database, '-c', sql];
  }
}
