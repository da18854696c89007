import type { Rule } from '../rule';
import { importedVariables, variableReferences } from './variable-references';

/** A variable that another one uses is stated before it. */
export const variableOrder: Rule = {
  name: 'variable-order',
  class: 'broken',
  documentation: {
    finds: 'A variable that uses $(OTHER), although OTHER is stated below it.',
    why: 'Kubernetes replaces only what stands above: the process gets the characters $(OTHER).',
    fix: 'Move OTHER above the variables that use it.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      env:
        - { name: DB_URL, value: "postgres://$(DB_HOST)/shop" }
        - { name: DB_HOST, value: db.example.org }
`,
  },
  *check(set) {
    for (const container of set.containers) {
      const references = variableReferences(container).filter(({ position }) => position !== undefined);
      if (references.length === 0) continue;
      const imported = importedVariables(set, container);
      if (imported === undefined) continue;
      const names = container.env.map((entry) => entry.text('name') ?? '');
      for (const { at, variable, position = 0 } of references) {
        const stated = names.indexOf(variable);
        if (stated < position || imported.has(variable)) continue;
        const where = stated === position ? 'itself' : `${variable}, which is stated below it`;
        yield {
          at,
          message: `the value uses ${where}: $(${variable}) stays as it is`,
          remedy: `state ${variable} above it`,
        };
      }
    }
  },
};
