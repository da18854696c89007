import type { Rule } from '../rule';

const annotation = 'nginx.ingress.kubernetes.io/rewrite-target';

/** Each group that a rewrite of ingress-nginx inserts is one of the path. */
export const rewriteCaptures: Rule = {
  name: 'rewrite-captures',
  class: 'broken',
  documentation: {
    finds: 'A rewrite-target of ingress-nginx that inserts a group, such as $2, that the path does not have.',
    why: 'The group is empty, so every request below the path arrives at the same address of the backend.',
    fix: 'State the path as an expression with that group, such as /api(/|$)(.*) with pathType ImplementationSpecific.',
    example: `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: ExternalName, externalName: web.example.org }
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
  },
  *check(set) {
    for (const ingress of set.ofType('Ingress.networking.k8s.io')) {
      const target = ingress.annotations[annotation];
      const wanted = Math.max(0, ...(target?.match(/\$\d/g) ?? []).map((group) => Number(group.slice(1))));
      if (wanted === 0 || ingress.annotations['nginx.ingress.kubernetes.io/canary'] === 'true') continue;
      for (const path of ingress
        .at('spec')
        .items('rules')
        .flatMap((rule) => rule.at('http').items('paths'))) {
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
