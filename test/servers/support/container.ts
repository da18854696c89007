import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ContainerSpec } from './manifests';

/** PATH of an image. Programs of newer suites are in a folder of their own. */
const imagePath = 'PATH=/opt/cache/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** How a program ended and what it said. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** A mount of a container: a directory or file of this machine, and where the container sees it. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/**
 * Makes the file system that a container sees, in a mount namespace of its own, and then becomes its process 1: programs
 * and libraries of this machine stand for the image, the root is read-only, capabilities and privileges are dropped.
 * Arguments: the new root, UID, GID, fsGroup; then for each mount source, target, ro or rw; `--`; `K=V`… command.
 * One `mount` makes them all, since hundreds of containers start. Without a local time initdb would read every time zone.
 */
const enter = `set -eu
root=$1 uid=$2 gid=$3 group=$4
shift 4
mount -t tmpfs -o mode=0755 tmpfs "$root"
mkdir "$root/usr" "$root/etc" "$root/proc" "$root/dev" "$root/dev/shm" "$root/var"
ln -s /run "$root/var/run"
ln -s /usr/share/zoneinfo/Etc/UTC "$root/etc/localtime"
cp -P /bin /sbin /lib /lib64 "$root"
cp -a /etc/alternatives /etc/nsswitch.conf /etc/ld.so.cache "$root/etc"
cp -a /dev/null /dev/zero /dev/random /dev/urandom /dev/tty "$root/dev"
mounts="/usr $root/usr none rbind,ro
/etc/ssl $root/etc/ssl none rbind,ro,X-mount.mkdir
proc $root/proc proc defaults
tmpfs $root/dev/shm tmpfs mode=1777,size=64m"
while [ "$1" != -- ]; do
  case $2 in /var/run/*) at=$root\${2#/var} ;; *) at=$root$2 ;; esac
  options=bind,$3
  if [ -d "$1" ]; then options=$options,X-mount.mkdir; else mkdir -p "\${at%/*}"; touch "$at"; fi
  mounts="$mounts
$1 $at none $options"
  shift 3
done
shift
echo "$mounts" >"$root/etc/fstab"
mount --all --fstab "$root/etc/fstab"
mount -o remount,ro "$root"
exec chroot "$root" /usr/bin/setpriv --reuid "$uid" --regid "$gid" --groups "$group" \\
  --bounding-set=-all --inh-caps=-all --no-new-privs /usr/bin/env -i "$@"
`;

/** A container that runs: processes of this machine in namespaces of their own, as the UID that its manifest states. */
export class Container {
  private readonly process: ChildProcess;
  private readonly ended: Promise<number | null>;
  private output = '';

  constructor(
    readonly spec: ContainerSpec,
    sandbox: readonly string[],
    private readonly root: string,
    private readonly fsGroup: number,
    mounts: readonly Mount[],
    command: readonly string[],
  ) {
    const { runAsUser, runAsGroup } = spec.securityContext;
    const places = mounts.flatMap(({ source, target, readOnly }) => [source, target, readOnly ? 'ro' : 'rw']);
    const identity = [runAsUser, runAsGroup, fsGroup].map(String);
    const line = ['unshare', '--mount', '--pid', '--fork', 'sh', '-c', enter, 'enter', root];
    this.process = start([...sandbox, ...line, ...identity, ...places, '--', ...this.environment(), ...command]);
    this.process.stdout?.on('data', (chunk) => {
      this.output += chunk;
    });
    this.process.stderr?.on('data', (chunk) => {
      this.output += chunk;
    });
    this.ended = new Promise((resolve) => this.process.once('close', resolve));
  }

  /** All that it wrote to its log so far. */
  get log(): string {
    return this.output;
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Waits for its end. */
  async end(): Promise<Outcome> {
    return { code: await this.ended, output: this.output };
  }

  /** Waits, without delay, until its log has a text. */
  async logged(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (!this.running) throw new Error(`${this.spec.name} ended before it logged ${text}:\n${this.output}`);
      await Promise.race([once(this.process.stderr ?? this.process, 'data'), this.ended]);
    }
  }

  /** Kills all its processes, as a lost node or an out-of-memory kill does. */
  async kill(): Promise<void> {
    if (this.running) {
      await this.signal('SIGKILL').catch((error: unknown) => {
        // It may end by itself before the signal is sent, such as a server whose data are removed.
        if (this.running) throw error;
      });
    }
    await this.ended;
  }

  /** Sends a signal to its process 1. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    process.kill(await this.processOne(), signal);
  }

  /** Stops it as the kubelet does, with a signal to its process 1, and waits for its end. */
  async stop(signal: 'SIGINT' | 'SIGTERM'): Promise<Outcome> {
    await this.signal(signal);
    return this.end();
  }

  /** Runs a command in it, as the kubelet does for a probe. */
  async exec(command: readonly string[]): Promise<Outcome> {
    const { runAsUser, runAsGroup } = this.spec.securityContext;
    return run([
      ...['nsenter', `--target=${await this.processOne()}`, '--mount', '--pid', '--net', '--ipc', 'chroot', this.root],
      ...[
        'setpriv',
        `--reuid=${runAsUser}`,
        `--regid=${runAsGroup}`,
        `--groups=${this.fsGroup}`,
        '--bounding-set=-all',
      ],
      ...['--inh-caps=-all', '--no-new-privs', 'env', '-i', ...this.environment(), ...command],
    ]);
  }

  private environment(): string[] {
    return [imagePath, ...(this.spec.env ?? []).map(({ name, value }) => `${name}=${value}`)];
  }

  /** The process that is 1 in there, under its number out here; it comes a moment after the start. */
  private async processOne(): Promise<number> {
    const { pid } = this.process;
    while (this.running) {
      const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
      if (child !== 0) return child;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`${this.spec.name} does not run:\n${this.output}`);
  }
}

/** Runs a program to its end, for 30 s at most. */
export async function run(line: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Outcome> {
  const child = start(['timeout', '30', ...line], env);
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

function start([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
}
