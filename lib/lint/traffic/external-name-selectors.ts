import type { Rule } from '../rule';

/** A Service with an external name selects no pods. */
export const externalNameSelectors: Rule = {
  name: 'external-name-selectors',
  class: 'note',
  documentation: {
    finds: 'A selector or a node port of a Service of type ExternalName.',
    why: 'Such a Service is an alias in DNS: it ignores the selector, and has no ports of its own.',
    fix: 'Remove the selector, or change the type.',
    example: `
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { type: ExternalName, externalName: db.example.org, selector: { app: db } }
`,
  },
  *check(set) {
    for (const service of set.ofType('Service')) {
      if (service.text('spec', 'type') !== 'ExternalName') continue;
      const at = service.at('spec', 'selector');
      if (at.entries().length === 0) continue;
      yield {
        at,
        message: 'a Service of type ExternalName ignores its selector',
        remedy: 'remove the selector, or change the type',
      };
    }
  },
};
