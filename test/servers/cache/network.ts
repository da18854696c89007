import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Pod } from '../support/pod';

const bridge = [
  'ip link set lo up',
  'ip link add br0 type bridge',
  'ip address add 10.77.0.1/24 dev br0',
  'ip link set br0 up',
  'echo up',
  'exec sleep infinity',
].join('\n');

/** A network of pods: a bridge, with an address for each pod. Clients and the DNS run on it. */
export class Network {
  private count = 0;

  private constructor(private readonly hub: ChildProcess) {}

  static async create(): Promise<Network> {
    const hub = spawn('unshare', ['--net', 'sh', '-ec', bridge], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(hub.stdout, 'data');
    return new Network(hub);
  }

  /** Connects a pod under an address such as `10.77.0.10`. */
  attach(pod: Pod, address: string): void {
    this.count += 1;
    const port = `port${this.count}`;
    const [hub, namespace] = [String(this.hub.pid), String(pod.networkProcess)];
    execFileSync('ip', ['link', 'add', port, 'netns', hub, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]);
    inNetwork(hub, `ip link set ${port} master br0; ip link set ${port} up`);
    // A pod that follows another under its address has its hardware address too: neighbours would send to the old one for 40 s.
    const hardware = ['02', '00', ...address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'))].join(
      ':',
    );
    inNetwork(
      namespace,
      `ip link set eth0 address ${hardware}; ip address add ${address}/24 dev eth0; ip link set eth0 up`,
    );
  }

  /** A command line that runs a program on the network. */
  line(...program: readonly string[]): string[] {
    return ['nsenter', `--net=/proc/${this.hub.pid}/ns/net`, ...program];
  }

  remove(): void {
    this.hub.kill('SIGKILL');
  }
}

function inNetwork(process: string, script: string): void {
  execFileSync('nsenter', [`--net=/proc/${process}/ns/net`, 'sh', '-ec', script]);
}
