import { serviceLinks } from '../../manifests/service-links';
import type { Rule } from '../rule';
import { importedVariables, variableReferences } from './variable-references';

/** Variables that the kubelet sets for Services, which need not be in the set. */
const ofServices = /_SERVICE_(HOST|PORT)(_|$)|_PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/;

/** A variable that a container uses is set. */
export const unsetVariables: Rule = {
  name: 'unset-variables',
  class: 'note',
  documentation: {
    finds: 'A $(NAME) in a variable, command or argument of a container that no variable of it has.',
    why: 'Kubernetes leaves it as it is: the process gets the characters $(NAME).',
    fix: 'Correct the name, or state the variable. Write $$(NAME) if the characters are meant.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      args: [--listen=$(POD_IP)]
      env: [{ name: POD_ID, valueFrom: { fieldRef: { fieldPath: status.podIP } } }]
`,
  },
  *check(set) {
    // kustomize has variables of the same form, which it replaces.
    if (set.isKustomizeInput) return;
    for (const container of set.containers) {
      const references = variableReferences(container);
      const imported = references.length === 0 ? undefined : importedVariables(set, container);
      if (imported === undefined) continue;
      const stated = new Set([...container.env.map((entry) => entry.text('name') ?? ''), ...imported]);
      const links = serviceLinks(set, container.pod);
      for (const { at, variable } of references) {
        if (stated.has(variable) || links.has(variable) || ofServices.test(variable)) continue;
        yield {
          at,
          message: `no variable of the container is ${variable}: $(${variable}) stays as it is`,
          remedy: `correct the name, or state the variable, or write $$(${variable}) if the characters are meant`,
        };
      }
    }
  },
};
