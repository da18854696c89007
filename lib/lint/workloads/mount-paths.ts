import type { Rule } from '../rule';

/** No two volumes of a container are mounted in one place. */
export const mountPaths: Rule = {
  name: 'mount-paths',
  class: 'broken',
  *check(set) {
    for (const { at } of set.pods.flatMap(({ allContainers }) => allContainers)) {
      const taken = new Set<string>();
      for (const mount of at.items('volumeMounts')) {
        const path = (mount.text('mountPath') ?? '').replace(/(?<=.)\/$/, '');
        if (taken.has(path)) {
          yield { at: mount, message: `something else is mounted at ${path}`, remedy: 'mount it elsewhere' };
        }
        taken.add(path);
      }
    }
  },
};
