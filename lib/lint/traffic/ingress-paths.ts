import type { Manifest } from '../../manifests/manifest';
import type { Rule } from '../rule';

/** Annotations by which a controller splits one path between several Ingresses. */
const splits = /canary|weight|\/conditions\./;

/** No two rules of a controller claim the same host and path. */
export const ingressPaths: Rule = {
  name: 'ingress-paths',
  class: 'broken',
  documentation: {
    finds: 'Two Ingress rules of one controller that claim the same host and path.',
    why: 'Which backend answers depends on the controller.',
    fix: 'Remove one of the two paths.',
    example: `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: ExternalName, externalName: web.example.org }
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
  },
  *check(set) {
    const claimed = new Map<string, Manifest>();
    for (const ingress of set.ofType('Ingress.networking.k8s.io')) {
      if (Object.keys(ingress.annotations).some((key) => splits.test(key))) continue;
      for (const rule of ingress.at('spec').items('rules')) {
        for (const path of rule.at('http').items('paths')) {
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
