import type { Rule } from '../rule';
import { environmentSettings, mountedSettings } from './settings';

/** A setting that a container finds both in its environment and in an env file is the same in both. */
export const agreeingSettings: Rule = {
  name: 'agreeing-settings',
  class: 'policy',
  *check(set) {
    for (const pod of set.pods) {
      for (const container of pod.allContainers) {
        const mounted = mountedSettings(set, pod, container);
        if (mounted.length === 0) continue;
        const environment = new Map(environmentSettings(set, pod, container).map((each) => [each.name, each]));
        for (const { name, value, at } of mounted) {
          const other = environment.get(name);
          if (other?.value === undefined || other.value === value) continue;
          yield {
            at,
            message: `${name} has another value in the mounted env file than in the environment`,
            remedy: 'state the value once, or twice the same',
          };
        }
      }
    }
  },
};
