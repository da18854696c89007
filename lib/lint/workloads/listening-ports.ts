import { formatList } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import { findRepeated } from '../common-findings';
import { type Setting, settingsOf } from '../configuration/settings';
import { exampleContainer, examplePod, type Rule, type Violation } from '../rule';

export const listeningPorts: Rule = {
  name: 'listening-ports',
  class: 'policy',
  finds: 'A setting that makes the process listen on a port that the container does not state.',
  why: 'Services and policies are written against the stated ports.',
  fix: 'State the port, or correct the setting.',
  example: `${exampleContainer}
      ports: [{ containerPort: 8080 }]
      env: [{ name: HTTP_PORT, value: "8081" }]
`,
  *check(set) {
    for (const container of set.containers) {
      const stated = new Set(container.ports.map(({ number }) => number));
      if (stated.size === 0) continue;
      for (const { setting, port } of findListeningSettings(settingsOf(container, set))) {
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
export function findListeningSettings(settings: ReadonlyMap<string, Setting>): ListeningSetting[] {
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

/** Names under which many images take the one port that they serve on: two of them are one listener. */
const generic = /^(APP|CONTAINER|HTTP|LISTEN|NODE|SERVER|SERVICE|WEB)?_?PORT$/;

export const portCollisions: Rule = {
  name: 'port-collisions',
  class: 'broken',
  finds: 'Two containers or settings of a pod that claim the same port, or two ports of one name.',
  why: 'The second process cannot bind the port.',
  fix: 'Give one of the two another port.',
  example: `${examplePod}
  containers:
    - { name: web, image: example.org/web:1, ports: [{ containerPort: 8080 }] }
    - { name: proxy, image: example.org/proxy:1, ports: [{ containerPort: 8080 }] }
`,
  *check(set) {
    for (const pod of set.pods) {
      yield* collidingContainers(pod);
      for (const container of pod.allContainers) {
        const names = container.ports.map(({ at }) => at.at('name'));
        yield* findRepeated(
          names,
          (at) => at.text(),
          (name) => `two ports have the name "${name}"`,
          'rename one of the two',
        );
        yield* collidingSettings(findListeningSettings(settingsOf(container, set)));
      }
    }
  },
};

/** One container may state a port twice, under two names; two containers cannot share one. */
function* collidingContainers({ containers }: PodTemplate): Generator<Violation> {
  const taken = new Map<string, string>();
  for (const container of containers) {
    for (const { at, number, protocol } of container.ports) {
      const id = `${number}/${protocol}`;
      const holder = taken.get(id) ?? container.name;
      taken.set(id, holder);
      if (holder === container.name) continue;
      yield {
        at: at.at('containerPort'),
        message: `container ${holder} listens on ${id} already`,
        remedy: 'give one of the two another port',
      };
    }
  }
}

function* collidingSettings(settings: readonly ListeningSetting[]): Generator<Violation> {
  const taken = new Map<string, string>();
  for (const { setting, port, protocol } of settings) {
    const id = `${port}/${protocol}`;
    const holder = taken.get(id);
    if (holder === undefined) taken.set(id, setting.name);
    else if (!(generic.test(holder) && generic.test(setting.name))) {
      yield {
        at: setting.at,
        message: `${setting.name} is ${port}, and so is ${holder}: a process cannot listen on a port twice`,
        remedy: 'give one of the two another port',
      };
    }
  }
}
