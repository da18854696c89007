import type { Setting } from '../configuration/settings';

/** A setting with the port that a process listens on. */
export interface ListeningSetting {
  readonly setting: Setting;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

const portName = /(^|_)PORT$/;
/** Names of ports that a process publishes or connects to. */
const elsewhere = /(^|_)(ADVERTISED|EXTERNAL|PEER|PROXY|PUBLIC|REMOTE|TARGET|UPSTREAM)_PORT$/;
const peerParts = ['HOST', 'HOSTNAME', 'ADDR', 'ADDRESS', 'ENDPOINT', 'SERVER', 'SERVICE', 'URI', 'URL'];
const bindAddresses = new Set(['0.0.0.0', '::', '[::]', '*']);

/** Finds the listening ports among the settings of a process. A `*_PORT` with a `*_HOST` of the same name is a peer's. */
export function listeningSettings(settings: ReadonlyMap<string, Setting>): ListeningSetting[] {
  return [...settings.values()].flatMap((setting): ListeningSetting[] => {
    const { name, value } = setting;
    if (!portName.test(name) || elsewhere.test(name) || !/^\d+$/.test(value ?? '')) return [];
    if (isPeers(settings, name.replace(/_?PORT$/, ''))) return [];
    return [{ setting, port: Number(value), protocol: /UDP/.test(name) ? 'UDP' : 'TCP' }];
  });
}

function isPeers(settings: ReadonlyMap<string, Setting>, stem: string): boolean {
  return (
    stem !== '' &&
    peerParts.some((part) => {
      const host = settings.get(`${stem}_${part}`);
      return host !== undefined && !bindAddresses.has(host.value ?? '');
    })
  );
}
