import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Container, type Mount, type Outcome, run } from './container';
import type { ContainerSpec, Manifests, MountSpec, ProbeName, Variable } from './manifests';
import { makeVolume, own, writeFiles } from './volumes';

/** Entrypoints of images whose containers state none, without flags that Debian's older version does not have. */
const entrypoints: readonly (readonly [image: RegExp, program: string, newerFlags: RegExp])[] = [
  [/\/postgres-exporter:/, '/usr/bin/prometheus-postgres-exporter', /^--collector\./],
  [/\/redis_exporter:/, '/usr/bin/prometheus-redis-exporter', /^$/],
  [/\/node-exporter:/, '/usr/bin/prometheus-node-exporter', /^$/],
  [/\/rclone:/, '/usr/bin/rclone', /^$/],
];

/** Programs of newer suites, which `cache-tools.sh` brings. */
const cacheTools = join(__dirname, '../../../node_modules/.cache/veza/tools/cache');

/** What the kubelet puts into every container; the one Service that pods here call is under another pod's address. */
const hosts = '127.0.0.1 localhost\n127.0.0.2 postgres-service\n';

/** With an address of its own on the interface, a client of 127.0.0.2 comes from there too, and not from 127.0.0.1. */
const network = 'ip link set lo up; ip address add 127.0.0.2/32 dev lo; echo up; exec sleep infinity';

/** Options of a pod. */
export interface PodOptions {
  readonly manifests: Manifests;
  /** Data of the Secrets that stand in the namespace, by name. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Directory that stands for the claimed volume, and outlives the pod. */
  readonly claim: string;
  /** A pod whose network this one shares, and so reaches. @default - a network of its own */
  readonly networkOf?: Pod;
  /** Name of the pod. @default - none, if the manifest does not ask for it */
  readonly name?: string;
  /** Files of this machine that the containers see: path -> file. @default - a hosts file with the one Service */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * A pod as the kubelet would run it, on this machine: volumes as the manifest has them, containers as its UIDs under its
 * mount paths with its commands and environment, one loopback network. Limits of memory, CPU and volumes are not enforced.
 */
export class Pod {
  private readonly directory = mkdtempSync(join(tmpdir(), 'pod-'));
  private readonly pause = spawn('unshare', ['--net', '--ipc', 'sh', '-c', network]);
  private readonly containers = new Map<string, Container>();

  private constructor(private readonly options: PodOptions) {}

  /** Makes the pod's network and volumes; no container runs yet. */
  static async create(options: PodOptions): Promise<Pod> {
    const pod = new Pod(options);
    await once(pod.pause.stdout, 'data');
    const { fsGroup } = options.manifests.pod.securityContext;
    mkdirSync(pod.volume(''));
    const sources = { configMaps: options.manifests.configMaps, secrets: options.secrets, fsGroup };
    for (const volume of options.manifests.pod.volumes) {
      if (volume.persistentVolumeClaim === undefined) makeVolume(volume, pod.volume(volume.name), sources);
    }
    own(options.claim, fsGroup);
    writeFileSync(join(pod.directory, 'hosts'), hosts);
    writeFileSync(pod.terminationLog, '');
    chmodSync(pod.terminationLog, 0o666);
    return pod;
  }

  /** Starts a container, or an init container, and leaves it running. @default command - as the manifest states */
  start(name: string, command?: readonly string[]): Container {
    const { initContainers = [], containers, securityContext } = this.options.manifests.pod;
    const spec = [...initContainers, ...containers].find((container) => container.name === name);
    if (spec === undefined) throw new Error(`the pod has no container ${name}`);
    const root = mkdtempSync(join(this.directory, 'root-'));
    const mounts = [
      ...(spec.volumeMounts ?? []).map((mount) => this.mount(mount)),
      ...Object.entries(this.files()).map(([target, source]) => ({ source, target, readOnly: true })),
      { source: this.terminationLog, target: '/dev/termination-log', readOnly: false },
    ];
    const container = new Container(
      { ...spec, env: (spec.env ?? []).map((variable) => this.resolved(variable)) },
      this.network(),
      root,
      securityContext.fsGroup,
      mounts,
      command ?? commandOf(spec),
    );
    this.containers.set(name, container);
    return container;
  }

  /** Runs the init containers, one after the other, each to its end. */
  async initialize(): Promise<void> {
    for (const { name } of this.options.manifests.pod.initContainers ?? []) {
      const { code, output } = await this.start(name).end();
      if (code !== 0) throw new Error(`init container ${name} ended with ${code}:\n${output}`);
    }
  }

  /** Runs the init containers and starts all others. */
  async startAll(): Promise<void> {
    await this.initialize();
    for (const { name } of this.options.manifests.pod.containers) this.start(name);
  }

  /** What the last container said to the kubelet about its end. */
  get terminationMessage(): string {
    return readFileSync(this.terminationLog, 'utf8');
  }

  /** What the containers logged, one after the other. */
  get log(): string {
    return [...this.containers].map(([name, { log }]) => `--- ${name}\n${log}`).join('');
  }

  container(name: string): Container {
    const container = this.containers.get(name);
    if (container === undefined) throw new Error(`${name} was not started`);
    return container;
  }

  /** Whether a probe of a container succeeds now. Network probes come through 127.0.0.2, as the kubelet is another host. */
  async probe(name: string, which: ProbeName): Promise<boolean> {
    const container = this.container(name);
    const { exec, tcpSocket, httpGet } = container.spec[which];
    if (exec !== undefined) return (await container.exec(exec.command)).code === 0;
    const named = tcpSocket?.port ?? httpGet?.port;
    const port = container.spec.ports?.find((candidate) => candidate.name === named)?.containerPort;
    return (
      (await this.client(['bash', '-ec', httpGet === undefined ? connects(port) : answers(port, httpGet.path)]))
        .code === 0
    );
  }

  /**
   * Whether every container runs and is ready: only then a Service sends it clients. The last ones, which need the first,
   * become ready last, so they are asked first.
   */
  async ready(): Promise<boolean> {
    for (const { name } of [...this.options.manifests.pod.containers].reverse()) {
      if (!this.container(name).running || !(await this.probe(name, 'readinessProbe'))) return false;
    }
    return true;
  }

  /** Runs a program of this machine on the pod's network, as a client of it. */
  client(line: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return run([...this.network(), ...line], { PATH: process.env.PATH, ...env });
  }

  /** Changes a Secret, as the kubelet brings it into a running pod. */
  changeSecret(secretName: string, data: Readonly<Record<string, string>>): void {
    const { volumes, securityContext } = this.options.manifests.pod;
    for (const { name, secret } of volumes) {
      if (secret?.secretName === secretName) writeFiles(this.volume(name), secret, data, securityContext.fsGroup);
    }
  }

  /** Kills every container at once, as a lost node does. */
  async kill(): Promise<void> {
    await Promise.all(
      [...this.containers.values()].filter(({ running }) => running).map((container) => container.kill()),
    );
  }

  /** Kills what runs and removes what was made, but for the claimed volume. */
  async remove(): Promise<void> {
    try {
      await this.kill();
    } finally {
      this.pause.kill('SIGKILL');
      rmSync(this.directory, { recursive: true, force: true });
    }
  }

  /** Process whose network is that of the pod. */
  get networkProcess(): number {
    const { pid } = (this.options.networkOf ?? this).pause;
    if (pid === undefined) throw new Error('the network of the pod could not be made');
    return pid;
  }

  private files(): Readonly<Record<string, string>> {
    const files = { '/etc/hosts': join(this.directory, 'hosts'), ...this.options.files };
    return existsSync(cacheTools) ? { ...files, '/opt/cache': cacheTools } : files;
  }

  private network(): string[] {
    return ['nsenter', `--net=/proc/${this.networkProcess}/ns/net`, `--ipc=/proc/${this.pause.pid}/ns/ipc`];
  }

  private get terminationLog(): string {
    return join(this.directory, 'termination-log');
  }

  private resolved({ name, value, valueFrom }: Variable): Variable {
    // The one field that is asked for, and the one variable that is referred to.
    if (valueFrom?.fieldRef !== undefined) return { name, value: this.options.name };
    if (valueFrom?.secretKeyRef === undefined) {
      return { name, value: value?.replace('$(POD_NAME)', this.options.name ?? '') };
    }
    const { name: secret, key } = valueFrom.secretKeyRef;
    const found = this.options.secrets[secret]?.[key];
    if (found === undefined) throw new Error(`${name}: there is no key ${key} in a Secret ${secret}`);
    return { name, value: found };
  }

  private volume(name: string): string {
    return join(this.directory, 'volumes', name);
  }

  private mount({ name, mountPath, subPath, readOnly = false }: MountSpec): Mount {
    const { volumes } = this.options.manifests.pod;
    const known = volumes.some((volume) => volume.name === name && volume.persistentVolumeClaim === undefined);
    const directory = known ? this.volume(name) : this.options.claim;
    const source = join(directory, subPath ?? '');
    if (!known && !existsSync(source)) this.makeFolder(source);
    return { source: realpathSync(source), target: mountPath, readOnly };
  }

  /** Makes a folder of a claimed volume that a container mounts alone, as the kubelet does. */
  private makeFolder(directory: string): void {
    mkdirSync(directory);
    own(directory, this.options.manifests.pod.securityContext.fsGroup);
  }
}

/** Bash that connects to a port of the pod, as file 3. A program of Node.js takes ten times as long to start. */
function connects(port: number | undefined): string {
  return `exec 3<>/dev/tcp/127.0.0.2/${port}`;
}

/** Bash that asks for a path over HTTP, and fails where the kubelet takes the answer for a failure. */
function answers(port: number | undefined, path: string): string {
  const request = `printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3`;
  return `${connects(port)}; ${request}; read -r _ status _ <&3; [ "$status" -ge 200 ] && [ "$status" -lt 400 ]`;
}

function commandOf({ name, image, command, args = [] }: ContainerSpec): readonly string[] {
  if (command !== undefined) return [...command, ...args];
  const entrypoint = entrypoints.find(([pattern]) => pattern.test(image));
  if (entrypoint === undefined) throw new Error(`${name}: no program stands for the entrypoint of ${image}`);
  const [, program, newerFlags] = entrypoint;
  return [program, ...args.filter((flag) => !newerFlags.test(flag))];
}
