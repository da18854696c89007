import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule, Violation } from '../rule';
import { listRoutes } from './route-parents';
import { findDanglingService } from './service-references';

export const routeBackends: Rule = {
  name: 'route-backends',
  class: 'broken',
  finds:
    'A route of the Gateway API whose Service, or port of it, does not exist, or is in a namespace that does not grant the reference.',
  why: 'The gateway answers 500 on the route.',
  fix: 'Name a Service and a port of it; grant references from other namespaces with a ReferenceGrant.',
  example: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec:
  rules: [{ backendRefs: [{ name: web, port: 80 }] }]
`,
  *check(set) {
    for (const route of listRoutes(set)) {
      for (const backend of backendsOf(route)) yield* checkBackend(set, route, backend);
    }
  },
};

/** Backends of the rules, and those to which filters mirror requests. */
function backendsOf(route: Manifest): Cursor[] {
  return route
    .items('spec', 'rules')
    .flatMap((rule) => {
      const refs = rule.items('backendRefs');
      const filters = [...rule.items('filters'), ...refs.flatMap((ref) => ref.items('filters'))];
      return [...refs, ...filters.map((filter) => filter.at('requestMirror', 'backendRef'))];
    })
    .filter((backend) => backend.exists && isService(backend));
}

function isService(backend: Cursor): boolean {
  return (backend.text('kind') ?? 'Service') === 'Service' && (backend.text('group') ?? '') === '';
}

function* checkBackend(set: ManifestSet, route: Manifest, backend: Cursor): Generator<Violation> {
  const namespace = backend.text('namespace') ?? route.namespace;
  if (namespace !== route.namespace && !set.isComplete(namespace)) return;
  const port = backend.at('port');
  yield* findDanglingService(set, { at: backend, namespace, name: backend.text('name') ?? '', port });
  if (!port.exists) {
    yield { at: port, message: 'the reference to a Service states no port', remedy: 'state a port of the Service' };
  }
  if (namespace === route.namespace || isGranted(set, route, namespace)) return;
  yield {
    at: backend,
    message: `no ReferenceGrant in ${namespace} grants a ${route.kind} of ${route.namespace || 'this namespace'} its Services`,
    remedy: `add a ReferenceGrant to ${namespace}, or route to a Service of the same namespace`,
  };
}

/** A route that states no namespace may be applied to any. */
function isGranted(set: ManifestSet, { group, kind, namespace }: Manifest, namespaceScope: string): boolean {
  return set
    .inNamespace('ReferenceGrant.gateway.networking.k8s.io', namespaceScope)
    .map((grant) => grant.at('spec'))
    .some(
      (spec) =>
        spec
          .items('from')
          .some(
            (from) =>
              from.text('group') === group &&
              from.text('kind') === kind &&
              (namespace === '' || from.text('namespace') === namespace),
          ) && spec.items('to').some((to) => (to.text('group') ?? '') === '' && to.text('kind') === 'Service'),
    );
}
