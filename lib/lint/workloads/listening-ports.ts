import { formatList } from '../../manifests/manifest-set';
import { type Setting, settingsOf } from '../configuration/settings';
import type { Rule } from '../rule';

export const listeningPorts: Rule = {
  name: 'listening-ports',
  class: 'policy',
  finds: 'A setting that makes the process listen on a port that the container does not state.',
  why: 'Services and policies are written against the stated ports.',
  fix: 'State the port, or correct the setting.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      ports: [{ containerPort: 8080 }]
      env: [{ name: HTTP_PORT, value: "8081" }]
`,
  *check(set) {
    for (const container of set.containers) {
      const stated = new Set(container.ports.map(({ number }) => number));
      if (stated.size === 0) continue;
      for (const { setting, port } of listeningSettings(settingsOf(container, set))) {
        if (stated.has(port)) continue;
        yield {
          at: setting.at,
          message: `${setting.name} is ${port}, which the container does not state (it states ${formatList(stated)})`,
          remedy: 'state the port, or correct the setting',
        };
      }
    }
  },
};

/** A setting with the port that a process listens on. */
export interface ListeningSetting {
  readonly setting: Setting;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

const portName = /(^|_)PORT$/;
/** Where a process has both for one listener, the port without such a word is the one that it publishes. */
const bound = ['BIND', 'LISTEN'];
/** Names of ports that a process publishes or connects to. */
const elsewhere = /(^|_)(ADVERTISED|EXTERNAL|PEER|PROXY|PUBLIC|REMOTE|TARGET|UPSTREAM)_PORT$/;
const peerParts = ['HOST', 'HOSTNAME', 'ADDR', 'ADDRESS', 'ENDPOINT', 'SERVER', 'SERVICE', 'URI', 'URL'];
const bindAddresses = new Set(['0.0.0.0', '::', '[::]', '*']);

/** Finds the listening ports among the settings of a process. A `*_PORT` with a `*_HOST` of the same name is a peer's. */
export function listeningSettings(settings: ReadonlyMap<string, Setting>): ListeningSetting[] {
  return [...settings.values()].flatMap((setting): ListeningSetting[] => {
    const { name, value } = setting;
    if (!portName.test(name) || elsewhere.test(name) || !/^\d+$/.test(value ?? '')) return [];
    const stem = name.replace(/_?PORT$/, '');
    // Programs do not listen on port 0, or on any that is free.
    if (Number(value) === 0 || isPeers(settings, stem) || isPublished(settings, stem)) return [];
    return [{ setting, port: Number(value), protocol: /UDP/.test(name) ? 'UDP' : 'TCP' }];
  });
}

function isPublished(settings: ReadonlyMap<string, Setting>, stem: string): boolean {
  return stem !== '' && bound.some((word) => settings.has(`${stem}_${word}_PORT`));
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
