import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Rule, Violation } from '../rule';
import { danglingService } from './service-references';

/** The Service behind each path of an Ingress exists, and has the port. */
export const ingressBackends: Rule = {
  name: 'ingress-backends',
  class: 'broken',
  documentation: {
    finds: 'An Ingress path whose Service, or port of it, does not exist.',
    why: 'The ingress controller answers 503.',
    fix: 'Name a Service of the namespace, and a port of it.',
    example: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  defaultBackend: { service: { name: web, port: { number: 80 } } }
`,
  },
  *check(set) {
    for (const ingress of set.ofType('Ingress.networking.k8s.io')) {
      for (const backend of backendsOf(ingress)) yield* dangling(set, ingress.namespace, backend);
    }
  },
};

/** Backends that are Services; a `resource` is of a custom kind. */
function backendsOf(ingress: Manifest): Cursor[] {
  const spec = ingress.at('spec');
  const paths = spec.items('rules').flatMap((rule) => rule.at('http').items('paths'));
  return [spec.at('defaultBackend'), ...paths.map((path) => path.at('backend'))]
    .map((backend) => backend.at('service'))
    .filter(({ exists }) => exists);
}

/** Port by which the AWS load balancer controller finds an action in an annotation, not a Service. */
const annotatedAction = 'use-annotation';

function* dangling(set: ManifestSet, namespace: string, backend: Cursor): Generator<Violation> {
  if (backend.text('port', 'name') === annotatedAction) return;
  const port = backend.at('port', backend.at('port', 'name').exists ? 'name' : 'number');
  yield* danglingService(set, { at: backend, namespace, name: backend.text('name') ?? '', port });
}
