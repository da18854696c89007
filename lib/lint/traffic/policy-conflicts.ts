import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { placesAt } from '../../manifests/places';
import type { Rule } from '../rule';

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
