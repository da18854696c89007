import type { Rule } from '../rule';

/** No variable is set twice: the first value would be lost without a word. */
export const uniqueEnv: Rule = {
  name: 'unique-env',
  class: 'broken',
  *check(set) {
    for (const { env } of set.pods.flatMap(({ allContainers }) => allContainers)) {
      const seen = new Set<string>();
      for (const at of env) {
        const name = at.text('name') ?? '';
        if (seen.has(name)) yield { at, message: `${name} is set twice`, remedy: 'remove one of the two' };
        seen.add(name);
      }
    }
  },
};
