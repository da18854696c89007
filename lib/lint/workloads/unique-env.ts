import type { Rule } from '../rule';

/** A container sets each variable once: the first of two values would be lost silently. */
export const uniqueEnv: Rule = {
  name: 'unique-env',
  class: 'broken',
  documentation: {
    finds: 'A variable that a container defines twice.',
    why: 'The first value is silently lost.',
    fix: 'Remove one of the two definitions.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      env: [{ name: LOG_LEVEL, value: info }, { name: LOG_LEVEL, value: debug }]
`,
  },
  *check(set) {
    for (const { env } of set.containers) {
      const seen = new Set<string>();
      for (const at of env) {
        const name = at.text('name') ?? '';
        if (seen.has(name)) yield { at, message: `${name} is set twice`, remedy: 'remove one of the two' };
        seen.add(name);
      }
    }
  },
};
