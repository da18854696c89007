import { formatList } from '../../manifests/manifest-set';
import { settingsOf } from '../configuration/settings';
import type { Rule } from '../rule';
import { listeningSettings } from './listening-settings';

/** A container states the ports that its environment tells it to listen on. */
export const listeningPorts: Rule = {
  name: 'listening-ports',
  class: 'policy',
  *check(set) {
    for (const pod of set.pods) {
      for (const container of pod.allContainers) {
        const stated = new Set(container.ports.map(({ number }) => number));
        if (stated.size === 0) continue;
        for (const { setting, port } of listeningSettings(settingsOf(set, pod, container))) {
          if (stated.has(port)) continue;
          yield {
            at: setting.at,
            message: `${setting.name} is ${port}, which the container does not state (it states ${formatList(stated)})`,
            remedy: 'state the port, or correct the setting',
          };
        }
      }
    }
  },
};
