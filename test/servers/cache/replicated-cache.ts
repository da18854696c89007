import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReplicatedRedis } from '../../../lib/constructs/redis/replicated-redis';
import { sentinelPort } from '../../../lib/constructs/redis/replication-configuration';
import { redisPort } from '../../../lib/platform/settings/cache';
import { cache } from '../../constructs/postgres/support/stores';
import { makeClaim, removeClaim } from '../support/claims';
import { run } from '../support/container';
import { podOf, synthesize } from '../support/manifests';
import { Pod } from '../support/pod';
import { eventually, requireTools } from '../support/tools';
import { CacheClient, type Door } from './cache-client';
import { Network } from './network';

const amounts = { cpu: '1', memory: '128Mi', ephemeralStorage: '64Mi' };
const proxies = ['10.77.0.20', '10.77.0.21'];
const proxyDoors = doorsAt(proxies, redisPort);
const domain = 'test.svc.cluster.local';

const manifests = synthesize((chart) => {
  new ReplicatedRedis(chart, 'redis', {
    namespaceScope: { namespace: 'test', platform: 'veza', environment: 'test' },
    cache: {
      ...cache,
      kind: 'replicated',
      resources: { requests: amounts, limits: amounts },
      evictionPolicy: 'noeviction',
      secrets: { kind: 'existing' },
    },
    password: { secretName: 'veza-cache-secrets', key: 'CACHE_PASSWORD' },
    priorityClassName: 'veza-stores',
  });
});

/** What a writer saw. */
export interface Written {
  readonly acknowledged: readonly string[];
  /** Longest time without an acknowledged write, in milliseconds. */
  readonly longest: number;
}

/** A replicated cache as its manifests describe it: three servers with sentinels, and two proxies, on a network of their own. */
export class TestCache {
  private readonly folder = mkdtempSync(join(tmpdir(), 'cache-'));
  private readonly claims = [makeClaim(), makeClaim(), makeClaim()];
  private readonly addresses = ['10.77.0.10', '10.77.0.11', '10.77.0.12'];
  readonly servers: Pod[] = [];
  readonly proxies: Pod[] = [];
  private readonly clients: CacheClient;
  private dns: ChildProcess | undefined;
  /** Pods that start have it; others keep the one that they started with. */
  password = `a "long" pass'word $HOME \\ # é`;

  private constructor(private readonly network: Network) {
    this.clients = new CacheClient(network);
  }

  /** @param volume what makes the volume of the first server @default - nothing, the volumes are empty */
  static async start(volume: (claim: string) => Promise<void> = () => Promise.resolve()): Promise<TestCache> {
    requireTools();
    execFileSync(join(__dirname, '../cache-tools.sh'), { stdio: 'inherit' });
    const made = new TestCache(await Network.create());
    try {
      await volume(made.claims[0] ?? '');
      await made.startAll();
    } catch (error) {
      const { log } = made;
      await made.remove();
      throw new Error(`${error}\n${log}`);
    }
    return made;
  }

  private async startAll(): Promise<void> {
    this.writeHosts();
    writeFileSync(join(this.folder, 'resolv.conf'), `nameserver 10.77.0.1\nsearch ${domain} svc.cluster.local\n`);
    const [program = '', ...line] = this.network.line(
      process.execPath,
      join(__dirname, 'dns.js'),
      '10.77.0.1',
      this.hosts,
    );
    this.dns = spawn(program, line, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (this.dns.stdout) await once(this.dns.stdout, 'data');
    await Promise.all([0, 1, 2].map((index) => this.startServer(index)));
    for (const address of proxies) {
      const pod = await this.pod('redis-proxy', makeClaim());
      this.network.attach(pod, address);
      this.proxies.push(pod);
      await pod.startAll();
    }
    await eventually('a replicated cache', 60, () => this.isWhole());
  }

  /** Starts a server's pod, at another address than before if it had one. */
  async startServer(index: number, address = this.addresses[index] ?? ''): Promise<void> {
    this.addresses[index] = address;
    this.writeHosts();
    const pod = await this.pod('redis', this.claims[index] ?? '', `redis-${index}`);
    this.servers[index] = pod;
    this.network.attach(pod, address);
    await pod.startAll();
  }

  private pod(workload: string, claim: string, name?: string): Promise<Pod> {
    const files = { '/etc/hosts': this.hosts, '/etc/resolv.conf': join(this.folder, 'resolv.conf') };
    const secrets = { 'veza-cache-secrets': { CACHE_PASSWORD: this.password } };
    return Pod.create({ manifests: podOf(manifests, workload), secrets, claim, name, files });
  }

  private get hosts(): string {
    return join(this.folder, 'hosts');
  }

  private writeHosts(): void {
    const names = this.addresses.map((address, index) => {
      const name = `redis-${index}.redis-headless`;
      return `${address} ${name} ${name}.${domain}\n`;
    });
    writeFileSync(this.hosts, `127.0.0.1 localhost\n${names.join('')}`);
  }

  /** Runs a command as a client of the Service does. */
  async client(...command: string[]): Promise<string> {
    return (await this.clients.ask(proxyDoors, command)).trim();
  }

  /** Whether a write of a client is accepted. */
  async writes(): Promise<boolean> {
    return (await this.client('SET', 'probe', 'x')).includes('OK');
  }

  /** Everything that a client could reach if no network policy kept it away. */
  get doors(): {
    readonly proxies: readonly Door[];
    readonly servers: readonly Door[];
    readonly sentinels: readonly Door[];
  } {
    return {
      proxies: proxyDoors,
      servers: doorsAt(this.addresses, redisPort),
      sentinels: doorsAt(this.addresses, sentinelPort),
    };
  }

  /** Runs a command as a pod next door, without a password. An error begins with its code. */
  async ask(door: Door, command: string): Promise<string> {
    return (await this.clients.ask([door], command.split(' '))).trim().replace(/^-/, '');
  }

  /** Index of the server that says it is the primary. */
  async primary(): Promise<number> {
    for (const index of [0, 1, 2]) if ((await this.role(index)) === 'master') return index;
    throw new Error('no server is the primary');
  }

  /** Makes the sentinels choose another primary. Writes of that moment may be lost. */
  async failOver(): Promise<void> {
    await this.servers[0]?.container('sentinel').exec(['sh', '/etc/redis/admin.sh', 'sentinel', 'failover', 'veza']);
  }

  /** What a server says of its role. */
  async role(index: number): Promise<string> {
    const { output } = await this.admin(index, 'info', 'replication');
    return /role:(\w+)/.exec(output)?.[1] ?? 'none';
  }

  /** Runs a command of the administrator in a server's pod. */
  admin(index: number, ...command: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
    const pod = this.servers[index];
    if (pod === undefined) throw new Error(`there is no server ${index}`);
    return pod.container('redis').exec(['sh', '/etc/redis/admin.sh', ...command]);
  }

  /** Whether one server is the primary of two, for all, and every pod is ready. */
  async isWhole(): Promise<boolean> {
    for (const pod of [...this.servers, ...this.proxies]) if (!(await pod.ready())) return false;
    for (const index of [0, 1, 2]) if (!(await this.sentinelKnowsAll(index))) return false;
    return /connected_slaves:2/.test(await this.client('INFO', 'replication'));
  }

  private async sentinelKnowsAll(index: number): Promise<boolean> {
    const ask = async (what: string) => {
      const line = ['sh', '/etc/redis/admin.sh', 'sentinel', what, 'veza'];
      return (await this.servers[index]?.container('sentinel').exec(line))?.output ?? '';
    };
    const primary = await ask('primary');
    if (!/num-slaves\n2\n/.test(primary) || !/num-other-sentinels\n2\n/.test(primary)) return false;
    // What it heard last: each of both may become the primary.
    return (await ask('replicas')).match(/slave-priority\n100\n/g)?.length === 2;
  }

  /** Writes through the Service while something happens, and until it has recovered. */
  async writeDuring(happen: () => Promise<void>): Promise<Written> {
    const prefix = `w${Date.now()}-`;
    const [program = '', ...line] = this.network.line(
      process.execPath,
      join(__dirname, 'writer.js'),
      prefix,
      ...proxies,
    );
    const writer = spawn(program, line, { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    writer.stdout.on('data', (data) => {
      output += data;
    });
    const ended = once(writer, 'close');
    try {
      await eventually('a writer at work', 60, () => output !== '');
      await happen();
    } finally {
      writer.stdin.end();
      await ended;
    }
    return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
  }

  /** Acknowledged writes that the cache does not have. */
  async lost({ acknowledged }: Written): Promise<number> {
    const answer = await this.clients.ask(proxyDoors, ...acknowledged.map((key) => ['EXISTS', key]));
    return acknowledged.length - (answer.match(/^:1\r$/gm) ?? []).length;
  }

  /** Opens as many connections as it gets from one address through one proxy, and returns how many answer. */
  async flood(): Promise<number> {
    const script = `const { connect } = require('node:net'); let answered = 0;
      for (let n = 0; n < 800; n += 1) {
        const socket = connect(6379, '${proxies[0]}', () => socket.write('PING\\r\\n'));
        socket.once('data', () => { answered += 1; });
        socket.on('error', () => {});
      }
      setTimeout(() => { console.log(answered); process.exit(); }, 4000);`;
    return Number((await run(this.network.line(process.execPath, '-e', script))).output);
  }

  get log(): string {
    return [...this.servers, ...this.proxies].map(({ log }) => log).join('\n');
  }

  async remove(): Promise<void> {
    await Promise.all([...this.servers, ...this.proxies].map((pod) => pod.remove()));
    this.dns?.kill();
    await this.clients.remove();
    this.network.remove();
    for (const claim of this.claims) removeClaim(claim);
    rmSync(this.folder, { recursive: true });
  }
}

function doorsAt(addresses: readonly string[], port: number): readonly Door[] {
  return addresses.map((address) => ({ address, port }));
}
