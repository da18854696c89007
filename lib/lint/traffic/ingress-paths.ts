import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { exampleService, type Rule, type Violation } from '../rule';
import { findDanglingService } from './service-references';

/** Annotations by which a controller splits one path between several Ingresses. */
const splits = /canary|weight|\/conditions\./;

export const ingressPaths: Rule = {
  name: 'ingress-paths',
  class: 'broken',
  finds: 'Two Ingress rules of one controller that claim the same host and path.',
  why: 'Which backend answers depends on the controller.',
  fix: 'Remove one of the two paths.',
  example: `${exampleService}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  rules:
    - host: www.example.org
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
    - host: www.example.org
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`,
  *check(set) {
    const claimed = new Map<string, Manifest>();
    for (const ingress of set.ofType('Ingress.networking.k8s.io')) {
      if (Object.keys(ingress.annotations).some((key) => splits.test(key))) continue;
      for (const rule of ingress.items('spec', 'rules')) {
        for (const path of rule.items('http', 'paths')) {
          const route = `${rule.text('host') ?? ''}${path.text('path') ?? '/'}`;
          const id = `${classOf(ingress)} ${entryPointsOf(ingress)} ${path.text('pathType') ?? ''} ${route}`;
          const holder = claimed.get(id);
          claimed.set(id, holder ?? ingress);
          if (holder === undefined) continue;
          yield { at: path, message: `${holder.id} claims ${route} already`, remedy: 'remove one of the two paths' };
        }
      }
    }
  },
};

/** Traefik serves each of its entry points by itself. */
function entryPointsOf(ingress: Manifest): string {
  return ingress.annotations['traefik.ingress.kubernetes.io/router.entrypoints'] ?? '';
}

function classOf(ingress: Manifest): string {
  return ingress.text('spec', 'ingressClassName') ?? ingress.annotations['kubernetes.io/ingress.class'] ?? '';
}

const annotation = 'nginx.ingress.kubernetes.io/rewrite-target';

export const rewriteCaptures: Rule = {
  name: 'rewrite-captures',
  class: 'broken',
  finds: 'A rewrite-target of ingress-nginx that inserts a group, such as $2, that the path does not have.',
  why: 'The group is empty, so every request below the path arrives at the same address of the backend.',
  fix: 'State the path as an expression with that group, such as /api(/|$)(.*) with pathType ImplementationSpecific.',
  example: `${exampleService}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations: { nginx.ingress.kubernetes.io/rewrite-target: "/$2" }
spec:
  ingressClassName: nginx
  rules: [{ http: { paths: [{ path: /api, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`,
  *check(set) {
    for (const ingress of set.ofType('Ingress.networking.k8s.io')) {
      const target = ingress.annotations[annotation];
      const wanted = Math.max(0, ...(target?.match(/\$\d/g) ?? []).map((group) => Number(group.slice(1))));
      if (wanted === 0 || ingress.annotations['nginx.ingress.kubernetes.io/canary'] === 'true') continue;
      for (const path of ingress.items('spec', 'rules').flatMap((rule) => rule.items('http', 'paths'))) {
        const groups = groupsOf(path.text('path') ?? '/');
        if (groups >= wanted) continue;
        yield {
          at: path.at('path'),
          message: `rewrite-target ${target} inserts $${wanted}, but the path "${path.text('path') ?? '/'}" has ${groups === 0 ? 'no groups' : `${groups} groups`}`,
          remedy: 'state the path as an expression with that group, or an Ingress of its own without the rewrite',
        };
      }
    }
  },
};

/** How many groups of an expression can be inserted. */
function groupsOf(path: string): number {
  return (
    path
      .replace(/\\./g, '')
      .replace(/\[[^\]]*\]/g, '')
      .match(/\((?!\?[:=!]|\?<[=!])/g) ?? []
  ).length;
}

export const ingressBackends: Rule = {
  name: 'ingress-backends',
  class: 'broken',
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
  *check(set) {
    for (const ingress of set.ofType('Ingress.networking.k8s.io')) {
      for (const backend of backendsOf(ingress)) yield* dangling(set, ingress.namespace, backend);
    }
  },
};

/** Backends that are Services; a `resource` is of a custom kind. */
function backendsOf(ingress: Manifest): Cursor[] {
  const spec = ingress.at('spec');
  const paths = spec.items('rules').flatMap((rule) => rule.items('http', 'paths'));
  return [spec.at('defaultBackend'), ...paths.map((path) => path.at('backend'))]
    .map((backend) => backend.at('service'))
    .filter(({ exists }) => exists);
}

/** Port by which the AWS load balancer controller finds an action in an annotation, not a Service. */
const annotatedAction = 'use-annotation';

function* dangling(set: ManifestSet, namespace: string, backend: Cursor): Generator<Violation> {
  if (backend.text('port', 'name') === annotatedAction) return;
  const port = backend.at('port', backend.has('port', 'name') ? 'name' : 'number');
  yield* findDanglingService(set, { at: backend, namespace, name: backend.text('name') ?? '', port });
}
