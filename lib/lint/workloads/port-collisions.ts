import type { PodTemplate } from '../../manifests/pod-template';
import { settingsOf } from '../configuration/settings';
import { type Rule, repeated, type Violation } from '../rule';
import { type ListeningSetting, listeningSettings } from './listening-ports';

/** Names under which many images take the one port that they serve on: two of them are one listener. */
const generic = /^(APP|CONTAINER|HTTP|LISTEN|NODE|SERVER|SERVICE|WEB)?_?PORT$/;

export const portCollisions: Rule = {
  name: 'port-collisions',
  class: 'broken',
  finds: 'Two containers or settings of a pod that claim the same port, or two ports of one name.',
  why: 'The second process cannot bind the port.',
  fix: 'Give one of the two another port.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - { name: web, image: example.org/web:1, ports: [{ containerPort: 8080 }] }
    - { name: proxy, image: example.org/proxy:1, ports: [{ containerPort: 8080 }] }
`,
  *check(set) {
    for (const pod of set.pods) {
      yield* collidingContainers(pod);
      for (const container of pod.allContainers) {
        const names = container.ports.map(({ at }) => at.at('name'));
        yield* repeated(
          names,
          (at) => at.text(),
          (name) => `two ports have the name "${name}"`,
          'rename one of the two',
        );
        yield* collidingSettings(listeningSettings(settingsOf(container, set)));
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
