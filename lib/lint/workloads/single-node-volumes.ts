import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import { computePodCount, indexAutoscalers, scaleOf } from '../../manifests/scale';
import type { Rule } from '../rule';
import { exampleWorkload } from '../rule';

export const singleNodeVolumes: Rule = {
  name: 'single-node-volumes',
  class: 'broken',
  finds: 'A ReadWriteOnce claim that several replicas, or the old and the new pod of a rolling update, need at once.',
  why: 'A second pod on another node waits for the volume for ever; a rolling update never ends.',
  fix: 'Use the strategy Recreate and one replica, or a StatefulSet with volumeClaimTemplates, or a ReadWriteMany claim.',
  example: `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
${exampleWorkload}
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: example.org/web:1, volumeMounts: [{ name: data, mountPath: /data }] }]
      volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
`,
  *check(set) {
    const autoscaledBy = indexAutoscalers(set);
    for (const pod of set.pods) {
      if (isOnOneNode(pod)) continue;
      for (const { at, claim } of claimedVolumes(set, pod)) {
        const reason = isSingleNode(claim) ? reasonOf(pod.owner, scaleOf(pod.owner, autoscaledBy).highest) : undefined;
        if (reason === undefined) continue;
        yield {
          at,
          message: `${reason}, but PersistentVolumeClaim ${claim.name} is ${claim.texts('spec', 'accessModes').join(', ')}`,
          remedy: 'use the strategy Recreate and one replica, volumeClaimTemplates, or a ReadWriteMany claim',
        };
      }
    }
  },
};

/** Why two pods of a workload need its volumes at the same time. */
function reasonOf(owner: Manifest, replicas: number): string | undefined {
  if (replicas === 0) return undefined;
  switch (owner.type) {
    case 'Deployment.apps':
      if (replicas > 1) return `${replicas} replicas mount it`;
      return surges(owner) ? 'a rolling update mounts it in the new pod while the old one runs' : undefined;
    case 'ReplicaSet.apps':
    case 'ReplicationController':
    case 'StatefulSet.apps':
      return replicas > 1 ? `${replicas} replicas mount it` : undefined;
    default:
      return undefined;
  }
}

/** Whether the new pod of a single one starts before the old one has ended. */
function surges(deployment: Manifest): boolean {
  const strategy = deployment.at('spec', 'strategy');
  if (strategy.text('type') === 'Recreate') return false;
  return computePodCount(strategy.at('rollingUpdate', 'maxSurge').value ?? '25%', 1) !== 0;
}

const hostname = 'kubernetes.io/hostname';

/** Whether all replicas run on the same node, where they can share the volume. */
function isOnOneNode({ spec }: PodTemplate): boolean {
  if (spec.text('nodeName') || spec.has('nodeSelector', hostname)) return true;
  const together = spec.items('affinity', 'podAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  const nodes = spec
    .items('affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms')
    .flatMap((term) => term.items('matchExpressions'));
  return (
    together.some((term) => term.text('topologyKey') === hostname) ||
    nodes.some((expression) => expression.text('key') === hostname)
  );
}

/** A volume of a pod that is a claim of the set. */
interface ClaimedVolume {
  /** The entry of `volumes`. */
  readonly at: Cursor;
  readonly claim: Manifest;
}

/** The claims of the set that a pod mounts by their names. */
function claimedVolumes(set: ManifestSet, { spec, namespace }: PodTemplate): ClaimedVolume[] {
  return spec.items('volumes').flatMap((at) => {
    const name = at.text('persistentVolumeClaim', 'claimName');
    const claim = name === undefined ? undefined : set.find('PersistentVolumeClaim', namespace, name);
    return claim === undefined ? [] : [{ at: at.at('persistentVolumeClaim', 'claimName'), claim }];
  });
}

/** Whether only one node can mount a claim at a time. */
function isSingleNode(claim: Manifest): boolean {
  const modes = claim.texts('spec', 'accessModes');
  return modes.length > 0 && modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod');
}
