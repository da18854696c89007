import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { indexAutoscalers, scaleOf } from '../../manifests/scale';
import { readQuantity, toBinaryQuantity } from '../../platform/settings/quantity';
import type { Rule } from '../rule';

export const objectQuotas: Rule = {
  name: 'object-quotas',
  class: 'broken',
  finds: 'A quota that allows fewer volume claims, storage, Services, ConfigMaps or Secrets than the set has.',
  why: 'The API server refuses what is above it: pods of a StatefulSet stay away, objects are not created.',
  fix: 'Raise the quota, or remove what is not needed.',
  example: `
apiVersion: v1
kind: ResourceQuota
metadata: { name: quota, namespace: shop }
spec: { hard: { requests.storage: 1Gi } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 2Gi } } }
`,
  *check(set) {
    const autoscaledBy = indexAutoscalers(set);
    for (const quota of set.ofType('ResourceQuota')) {
      const { namespace } = quota;
      const claims = listVolumeClaims(set, namespace, autoscaledBy);
      for (const [resource, at] of quota.at('spec', 'hard').entries()) {
        const available = readQuantity(at.value);
        const needed = claimedAmount(claims, resource) ?? countObjects(set, namespace, resource);
        if (available === undefined || needed === undefined || needed <= available) continue;
        const amount = resource.endsWith('storage') ? toBinaryQuantity(needed) : needed;
        yield {
          at,
          message: `the quota is ${at.value}, but the namespace needs ${amount}`,
          remedy: 'raise the quota, or remove what is not needed',
        };
      }
    }
  },
};

/** What the claims need of a resource; undefined for one of another kind. */
function claimedAmount(claims: readonly VolumeClaim[], resource: string): number | undefined {
  const [, storageClass, name = ''] = /^(?:(.+)\.storageclass\.storage\.k8s\.io\/)?(.+)$/.exec(resource) ?? [];
  const ofClass = claims.filter(
    ({ spec }) => storageClass === undefined || spec.text('storageClassName') === storageClass,
  );
  if (name === 'requests.storage') return sum(ofClass, ({ spec }) => sizeOf(spec));
  return name.replace('count/', '') === 'persistentvolumeclaims' ? sum(ofClass, () => 1) : undefined;
}

/** How many objects of a kind there are; undefined for a kind that is not counted here. */
function countObjects(set: ManifestSet, namespace: string, resource: string): number | undefined {
  const kind = countedKinds[resource.replace('count/', '')];
  return kind && set.inNamespace(kind.type, namespace).filter(kind.isCounted).length;
}

function sum(claims: readonly VolumeClaim[], amountOf: (claim: VolumeClaim) => number): number {
  return claims.reduce((total, claim) => total + claim.count * amountOf(claim), 0);
}

function sizeOf(spec: Cursor): number {
  return readQuantity(spec.at('resources', 'requests', 'storage').value) ?? 0;
}

interface CountedKind {
  readonly type: string;
  readonly isCounted: (object: Manifest) => boolean;
}

const every = () => true;

/** Objects that a quota counts, as quotas name them. */
const countedKinds: Readonly<Record<string, CountedKind | undefined>> = {
  configmaps: { type: 'ConfigMap', isCounted: every },
  secrets: { type: 'Secret', isCounted: every },
  services: { type: 'Service', isCounted: every },
  'services.loadbalancers': { type: 'Service', isCounted: (service) => typeOf(service) === 'LoadBalancer' },
  'services.nodeports': { type: 'Service', isCounted: (service) => typeOf(service) === 'NodePort' },
};

function typeOf(service: Manifest): string | undefined {
  return service.text('spec', 'type');
}

/** A claim of a namespace, or the claims that a StatefulSet makes of a template. */
interface VolumeClaim {
  readonly spec: Cursor;
  /** How many there are at full scale. */
  readonly count: number;
}

export function listVolumeClaims(
  set: ManifestSet,
  namespace: string,
  autoscaledBy: ReadonlyMap<string, Manifest>,
): VolumeClaim[] {
  const claims = set
    .inNamespace('PersistentVolumeClaim', namespace)
    .map((claim) => ({ spec: claim.at('spec'), count: 1 }));
  const templates = set
    .inNamespace('StatefulSet.apps', namespace)
    .flatMap((workload) =>
      workload
        .items('spec', 'volumeClaimTemplates')
        .map((template) => ({ spec: template.at('spec'), count: scaleOf(workload, autoscaledBy).highest })),
    );
  return [...claims, ...templates];
}
