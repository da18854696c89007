import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { Manifest } from '../../manifests/manifest';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import { formatPortReference, hasPort, type PodTemplate, portsOf } from '../../manifests/pod-template';
import { findUnselected } from '../common-findings';
import { exampleDeployment, type Rule } from '../rule';

export const serviceSelectors: Rule = {
  name: 'service-selectors',
  class: 'broken',
  finds:
    'A Service that selects no pod. Namespaces without any pod in the set are left out, unless the pods are in another.',
  why: 'Every connection to the Service fails.',
  fix: 'Use labels of the pod template in the selector.',
  example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: frontend } }
spec: { containers: [{ name: web, image: example.org/web:1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`,
  *check(set) {
    for (const service of set.ofType('Service')) {
      yield* findUnselected(set, service.namespace, service.at('spec', 'selector'), selectorOf(service));
    }
  },
};

/** The pods behind a Service: none for an ExternalName, or for endpoints without a selector. */
export function selectPods(set: ManifestSet, service: Manifest): readonly PodTemplate[] {
  const selector = selectorOf(service);
  return selector.isEmpty ? [] : set.select(service.namespace, selector);
}

function selectorOf(service: Manifest): LabelSelector {
  const isAlias = service.text('spec', 'type') === 'ExternalName';
  return LabelSelector.fromMap(isAlias ? {} : service.textMap('spec', 'selector'));
}

export const externalNameSelectors: Rule = {
  name: 'external-name-selectors',
  class: 'note',
  finds: 'A selector or a node port of a Service of type ExternalName.',
  why: 'Such a Service is an alias in DNS: it ignores the selector, and has no ports of its own.',
  fix: 'Remove the selector, or change the type.',
  example: `
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { type: ExternalName, externalName: db.example.org, selector: { app: db } }
`,
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

export const servicePorts: Rule = {
  name: 'service-ports',
  class: 'broken',
  isAboutMissing: true,
  finds: 'A Service with a named target port that its pods do not have.',
  why: 'Connections to the port fail.',
  fix: 'Target a port of the pods.',
  example: `${exampleDeployment}
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: web }] }
`,
  *check(set) {
    for (const service of set.ofType('Service')) {
      const pods = selectPods(set, service).filter(({ runsToCompletion }) => !runsToCompletion);
      for (const { at, protocol } of listTargetPorts(service)) {
        // A number needs no containerPort.
        const lacking = typeof at.value === 'string' && pods.find((pod) => !hasPort(pod, at.value, protocol));
        if (!lacking) continue;
        yield {
          at,
          message: `${lacking.owner.kind} ${lacking.owner.name} has no port ${formatPortReference(at.value, protocol)} (it has ${formatList(portsOf(lacking))})`,
          remedy: 'name a port of the pods',
        };
      }
    }
  },
};

/** Ports of the pods that a Service forwards to. */
export function listTargetPorts(service: Manifest): { readonly at: Cursor; readonly protocol: string }[] {
  return service
    .items('spec', 'ports')
    .map((port) => ({ port, at: port.has('targetPort') ? port.at('targetPort') : port.at('port') }))
    .filter(({ port, at }) => port.has('targetPort') || typeof at.value === 'number')
    .map(({ port, at }) => ({ at, protocol: port.text('protocol') ?? 'TCP' }));
}
