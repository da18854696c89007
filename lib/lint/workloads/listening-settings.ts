import type { Setting } from '../configuration/settings';

/** A setting that tells a process which port to listen on. */
export interface ListeningSetting {
  readonly setting: Setting;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

const portName = /(^|_)PORT$/;
/** Ports that others are told of, or that a process connects to. */
const elsewhere = /(^|_)(ADVERTISED|EXTERNAL|PEER|PROXY|PUBLIC|REMOTE|TARGET|UPSTREAM)_PORT$/;
const peerParts = ['HOST', 'HOSTNAME', 'ADDR', 'ADDRESS', 'ENDPOINT', 'SERVER', 'SERVICE', 'URI', 'URL'];
const bindAddresses = new Set(['0.0.0.0', '::', '[::]', '*']);

/** The listening ports among the settings of one process: a `*_PORT` beside a `*_HOST` is a peer's. */
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
