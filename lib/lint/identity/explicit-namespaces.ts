import type { Rule } from '../rule';

/** Namespaced objects state their namespace, so that it does not depend on kubectl's current context. */
export const explicitNamespaces: Rule = {
  name: 'explicit-namespaces',
  formerNames: ['stated-namespaces'],
  class: 'policy',
  documentation: {
    finds: 'A namespaced object without a namespace.',
    why: 'The current context of kubectl decides where the object goes.',
    fix: 'State metadata.namespace.',
    example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
`,
  },
  *check(set) {
    for (const object of set.objects) {
      if (object.namespace !== '' || object.knownKind?.namespaced !== true) continue;
      yield {
        at: object.at('metadata', 'namespace'),
        message: `a ${object.kind} is namespaced, but states no namespace`,
        remedy: 'state metadata.namespace',
      };
    }
  },
};
