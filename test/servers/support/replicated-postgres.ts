import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, run } from './container';
import { eventually } from './tools';

const bin = '/usr/lib/postgresql/15/bin';

/** Addresses of the pods that the access rules name: connections to such an address come from it. */
const addresses = {
  services: '127.0.0.11',
  backup: '127.0.0.12',
  roles: '127.0.0.13',
  'veza-chat-server': '127.0.0.14',
} as const;

/** Whose pod a client is in. */
export type Client = keyof typeof addresses;

/** What the operator puts in front of our access rules, for the standbys; and the superuser over the socket. */
const operatorRules = ['local all all peer', 'host replication postgres 127.0.0.1/32 trust'];

/** What is rendered for a Cluster. */
export interface Rendered {
  readonly parameters: Readonly<Record<string, string>>;
  readonly accessRules: readonly string[];
  readonly user: string;
}

/** A primary and its standbys on this machine, with the parameters and access rules of a Cluster, in a network of their own. */
export class ReplicatedPostgres {
  private readonly folder = mkdtempSync(join(tmpdir(), 'replicated-'));
  private readonly uid = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }));
  private readonly servers = new Map<string, ChildProcess>();
  private readonly pause = spawn('unshare', ['--net', 'sh', '-c', this.network()]);

  private constructor(private readonly rendered: Rendered) {}

  /** Starts `one` as the primary and `two` and `three` as standbys, of which a commit waits for any one. */
  static async start(rendered: Rendered): Promise<ReplicatedPostgres> {
    const cluster = new ReplicatedPostgres(rendered);
    await once(cluster.pause.stdout, 'data');
    chmodSync(cluster.folder, 0o755);
    cluster.makeCertificate();
    await cluster.asPostgres([`${bin}/initdb`, '--auth=reject', '--data-checksums', '-D', cluster.makeFolder('one')]);
    cluster.configure('one', 5432);
    await cluster.launch('one');
    for (const [name, port] of [['two', 5433] as const, ['three', 5434] as const]) {
      const copy = ['-h', '127.0.0.1', '-U', 'postgres', '-R', '-X', 'stream', '-D', cluster.makeFolder(name)];
      await cluster.asPostgres([`${bin}/pg_basebackup`, ...copy]);
      cluster.configure(name, port);
      appendFileSync(cluster.path(name, 'postgresql.conf'), `cluster_name = '${name}'\n`);
      await cluster.launch(name);
    }
    await cluster.waitForStandbys();
    return cluster;
  }

  /** Starts both standbys again after they were killed. */
  async startStandbys(): Promise<void> {
    for (const name of ['two', 'three']) await this.launch(name);
    await this.waitForStandbys();
  }

  private async waitForStandbys(): Promise<void> {
    const synchronous = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'";
    await eventually('two synchronous standbys', 60, async () => (await this.query('one', synchronous)) === '2');
  }

  /** Runs a statement as the superuser over the socket of a server. */
  async query(server: string, statement: string, database = 'postgres'): Promise<string> {
    const { code, output } = await this.psql(server, ['-d', database, '-c', statement]);
    if (code !== 0) throw new Error(output);
    return output.trim();
  }

  /** Runs a statement as a client that is in some pod. */
  connect(client: Client, options: string, password: string, statement = 'SELECT current_user'): Promise<Outcome> {
    const server = `host=${addresses[client]} port=5432 connect_timeout=5 ${options}`;
    return run([...this.inNetwork(), `${bin}/psql`, '-XAtw', server, '-c', statement], {
      PATH: '/usr/bin',
      PGPASSWORD: password,
    });
  }

  /** Runs a script of the pod of the roles. */
  script(script: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
    const own = {
      PATH: `${bin}:/usr/bin:/bin`,
      PGHOST: addresses.roles,
      PGSSLMODE: 'require',
      PGUSER: 'postgres',
      PGDATABASE: 'postgres',
    };
    return run([...this.inNetwork(), 'sh', '-c', script], { ...own, ...env });
  }

  /** Writes numbers one after the other until the server is gone; calls with each that was acknowledged. */
  write(acknowledged: (number: number) => void): Promise<unknown> {
    const writer = this.spawn([
      `${bin}/psql`,
      '-XAtq',
      '-h',
      this.folder,
      '-p',
      '5432',
      '-U',
      'postgres',
      '-v',
      'ON_ERROR_STOP=1',
    ]);
    let next = 0;
    const send = () => writer.stdin?.write(`INSERT INTO written VALUES (${++next}) RETURNING n;\n`);
    writer.stdin?.on('error', () => undefined);
    writer.stdout?.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().trim().split('\n')) acknowledged(Number(line));
      send();
    });
    send();
    return once(writer, 'close');
  }

  /** Kills a server as a lost node does, without any goodbye. */
  async kill(server: string): Promise<void> {
    const pid = execFileSync('head', ['-n', '1', this.path(server, 'postmaster.pid')], { encoding: 'utf8' }).trim();
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', pid], { encoding: 'utf8' }).trim().split(/\s+/);
    for (const each of [pid, ...children]) process.kill(Number(each), 'SIGKILL');
    await once(this.servers.get(server) as ChildProcess, 'close').catch(() => undefined);
    this.servers.delete(server);
  }

  /** Makes a standby the primary. */
  async promote(server: string): Promise<void> {
    await this.query(server, 'SELECT pg_promote()');
  }

  /** Stops and removes everything. */
  remove(): void {
    for (const server of this.servers.values()) server.kill('SIGKILL');
    this.pause.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private network(): string {
    const own = Object.values(addresses).map((address) => `ip address add ${address}/32 dev lo`);
    return ['ip link set lo up', ...own, 'echo up', 'exec sleep infinity'].join('; ');
  }

  private inNetwork(): string[] {
    return ['nsenter', `--net=/proc/${this.pause.pid}/ns/net`];
  }

  private asUser(line: readonly string[]): string[] {
    const user = String(this.uid);
    return [...this.inNetwork(), 'setpriv', '--reuid', user, '--regid', user, '--clear-groups', ...line];
  }

  private spawn(line: readonly string[]): ChildProcess {
    const [program = '', ...args] = this.asUser(line);
    return spawn(program, args, { cwd: this.folder, env: { PATH: `${bin}:/usr/bin:/bin`, LC_ALL: 'C.UTF-8' } });
  }

  private async asPostgres(line: readonly string[]): Promise<void> {
    const { code, output } = await run(this.asUser(line), { PATH: `${bin}:/usr/bin:/bin`, LC_ALL: 'C.UTF-8' });
    if (code !== 0) throw new Error(`${line.join(' ')}:\n${output}`);
  }

  private psql(server: string, args: readonly string[]): Promise<Outcome> {
    const line = [`${bin}/psql`, '-XAtw', '-h', this.folder, '-p', String(ports[server]), '-U', 'postgres', ...args];
    return run(this.asUser(line), { PATH: '/usr/bin' });
  }

  private async launch(server: string): Promise<void> {
    const process = this.spawn([`${bin}/postgres`, '-D', this.path(server)]);
    let log = '';
    process.stderr?.on('data', (chunk) => {
      log += chunk;
    });
    this.servers.set(server, process);
    await eventually(server, 60, async () => {
      if (process.exitCode !== null) throw new Error(`${server} ended:\n${log}`);
      return (await this.psql(server, ['-c', 'SELECT 1'])).code === 0;
    });
  }

  /** The rendered parameters, and in their place what the operator sets itself. */
  private configure(server: string, port: number): void {
    const own = {
      listen_addresses: '*',
      port: String(port),
      unix_socket_directories: this.folder,
      ssl: 'on',
      ssl_cert_file: join(this.folder, 'server.crt'),
      ssl_key_file: join(this.folder, 'server.key'),
      wal_level: 'logical',
      hot_standby: 'on',
      restart_after_crash: 'off',
      synchronous_standby_names: 'ANY 1 ("two","three")',
    };
    const lines = Object.entries({ ...this.rendered.parameters, ...own }).map(
      ([name, value]) => `${name} = '${value}'\n`,
    );
    writeFileSync(this.path(server, 'postgresql.conf'), lines.join(''));
    const rules = this.rendered.accessRules.map((rule) =>
      rule.replace(/\$\{podselector:([\w-]+)\}/, (_, name: Client) => `${addresses[name]}/32`),
    );
    writeFileSync(this.path(server, 'pg_hba.conf'), `${[...operatorRules, ...rules].join('\n')}\n`);
    for (const file of ['postgresql.conf', 'pg_hba.conf']) chownSync(this.path(server, file), this.uid, this.uid);
  }

  private makeFolder(server: string): string {
    mkdirSync(this.path(server), { mode: 0o700 });
    chownSync(this.path(server), this.uid, this.uid);
    chownSync(this.folder, this.uid, this.uid);
    return this.path(server);
  }

  private makeCertificate(): void {
    const [key, certificate] = [join(this.folder, 'server.key'), join(this.folder, 'server.crt')];
    const subject = ['-subj', '/CN=postgres-service', '-days', '2', '-keyout', key, '-out', certificate];
    execFileSync(
      'openssl',
      ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', ...subject],
      { stdio: 'pipe' },
    );
    for (const file of [key, certificate]) chownSync(file, this.uid, this.uid);
    chmodSync(key, 0o600);
  }

  private path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }
}

const ports: Readonly<Record<string, number>> = { one: 5432, two: 5433, three: 5434 };
