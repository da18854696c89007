import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { Manifest } from '../../manifests/manifest';
import { formatList, formatMissingObject, type ManifestSet } from '../../manifests/manifest-set';
import { placesAt } from '../../manifests/places';
import type { Rule, Violation } from '../rule';

export const gatewayGroup = 'gateway.networking.k8s.io';

const routeKinds = ['GRPCRoute', 'HTTPRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'];

export const routeParents: Rule = {
  name: 'route-parents',
  class: 'broken',
  finds: 'A route of the Gateway API whose Gateway or listener does not exist, or does not accept it.',
  why: 'The route is not attached: nothing is served.',
  fix: 'Name a Gateway and a listener of it that allows routes from this namespace and for these hosts.',
  example: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  gatewayClassName: nginx
  listeners: [{ name: http, port: 80, protocol: HTTP }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec: { parentRefs: [{ name: edge, sectionName: https }] }
`,
  *check(set) {
    for (const route of listRoutes(set)) {
      for (const parent of route.items('spec', 'parentRefs')) {
        if ((parent.text('kind') ?? 'Gateway') === 'Gateway') yield* checkParent(set, route, parent);
      }
    }
  },
};

const gatewayType = `Gateway.${gatewayGroup}`;

function* checkParent(set: ManifestSet, route: Manifest, parent: Cursor): Generator<Violation> {
  const namespace = parent.text('namespace') ?? route.namespace;
  const name = parent.text('name') ?? '';
  const gateway = set.find(gatewayType, namespace, name);
  if (gateway === undefined) {
    // Gateways often are the cluster's: only a set that has some is taken to have them all.
    if (set.ofType(gatewayType).length === 0 || !set.isComplete(namespace) || set.has(gatewayType, namespace, name))
      return;
    yield {
      at: parent,
      message: formatMissingObject(set, gatewayType, namespace, name),
      remedy: 'name a Gateway, with its namespace if it is in another',
    };
    return;
  }
  const all = gateway.items('spec', 'listeners');
  const listeners = all.filter((listener) => isMeant(listener, parent));
  if (listeners.length === 0) {
    const at = parent.at(parent.has('sectionName') ? 'sectionName' : 'port');
    // A ListenerSet adds listeners to a Gateway.
    if (all.length === 0 || gateway.has('spec', 'allowedListeners')) return;
    yield {
      at,
      message: `Gateway ${name} has no listener ${JSON.stringify(at.value)} (it has ${formatList(all.map(describe))})`,
      remedy: 'name a listener of the Gateway',
    };
  } else if (!listeners.some((listener) => allowsNamespace(set, listener, gateway, route.namespace))) {
    yield {
      at: parent,
      message: `Gateway ${name} of ${gateway.namespace} accepts no routes of ${route.namespace}`,
      remedy: "state the listener's allowedRoutes.namespaces, which are those of its own namespace by default",
    };
  } else if (!listeners.some((listener) => servesHost(listener, route))) {
    const hosts = listeners.map((listener) => listener.text('hostname') ?? '*');
    yield {
      at: route.at('spec', 'hostnames'),
      message: `no listener of Gateway ${name} is for these hosts (they are for ${formatList(hosts)})`,
      remedy: "state hosts that a listener's hostname covers",
    };
  }
}

function isMeant(listener: Cursor, parent: Cursor): boolean {
  const [section, port] = [parent.at('sectionName'), parent.at('port')];
  return (
    (!section.exists || listener.text('name') === section.value) &&
    (!port.exists || listener.at('port').value === port.value)
  );
}

function describe(listener: Cursor): string {
  return `${listener.text('name') ?? ''} ${listener.number('port') ?? ''}`.trim();
}

function allowsNamespace(set: ManifestSet, listener: Cursor, gateway: Manifest, namespace: string): boolean {
  const allowed = listener.at('allowedRoutes', 'namespaces');
  switch (allowed.text('from') ?? 'Same') {
    case 'Same':
      return gateway.namespace === namespace || gateway.namespace === '' || namespace === '';
    case 'Selector': {
      const found = set.find('Namespace', '', namespace);
      const labels = { ...found?.labels, 'kubernetes.io/metadata.name': namespace };
      // Labels of a namespace outside the set are not known.
      return found === undefined || LabelSelector.from(allowed.at('selector')).matches(labels);
    }
    default:
      return true;
  }
}

function servesHost(listener: Cursor, route: Manifest): boolean {
  const host = listener.text('hostname') ?? '';
  const hosts = route.texts('spec', 'hostnames');
  return host === '' || hosts.length === 0 || hosts.some((each) => intersects(host, each));
}

/** Whether some host is that of both patterns; a wildcard stands for one label or more. */
function intersects(one: string, other: string): boolean {
  return isCovered(one, other) || isCovered(other, one);
}

function isCovered(pattern: string, host: string): boolean {
  return pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));
}

/** Every route of the Gateway API in a set. */
export function listRoutes(set: ManifestSet): readonly Manifest[] {
  return set.ofType(...routeKinds.map((kind) => `${kind}.${gatewayGroup}`));
}

/** Policies of which an object takes only one of each kind, the oldest. */
const exclusive = ['BackendTrafficPolicy', 'ClientTrafficPolicy', 'SecurityPolicy'].map(
  (kind) => `${kind}.gateway.envoyproxy.io`,
);

export const policyConflicts: Rule = {
  name: 'policy-conflicts',
  class: 'broken',
  finds: 'A second policy of Envoy Gateway of the same kind for the same Gateway, listener or route.',
  why: 'Only the older policy has an effect; the other is refused.',
  fix: 'State everything in one policy.',
  example: `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: times, namespace: shop }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: web }], timeout: { tcp: { connectTimeout: 5s } } }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: sizes, namespace: shop }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: web }], requestBuffer: { limit: 1Mi } }
`,
  *check(set) {
    for (const type of exclusive) {
      const first = new Map<string, string>();
      for (const { id, policy, at } of targetsOf(set, type)) {
        const other = first.get(id);
        first.set(id, other ?? policy.name);
        if (other === undefined || other === policy.name) continue;
        yield {
          at,
          message: `${policy.kind} ${other} is for ${at.text('kind')} ${at.text('name')} already`,
          remedy: 'state everything in one policy',
        };
      }
    }
  },
};

function targetsOf(set: ManifestSet, type: string) {
  return set.ofType(type).flatMap((policy: Manifest) =>
    ['spec.targetRef', 'spec.targetRefs[]']
      .flatMap((path) => placesAt(policy, path))
      .map((at) => {
        const parts = [policy.namespace, at.text('kind'), at.text('name'), at.text('sectionName')];
        return { id: JSON.stringify(parts), policy, at };
      }),
  );
}
