import type { k8s } from 'cdk8s-plus-27';
import { selectorLabels } from './metadata';

/**
 * Security of a pod under the `restricted` Pod Security Standard.
 * Volumes that are owned right already are not walked again: on a large volume that takes minutes, and it would loosen
 * the mode of PostgreSQL's data directory.
 */
export function podSecurity(uid: number): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: uid,
    fsGroup: uid,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** Security of a container under the `restricted` Pod Security Standard, with a root file system that nobody writes. */
export function containerSecurity(uid: number): k8s.SecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: uid,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** Keeps the pods of a workload apart, on other nodes and in other zones, without ever leaving one pending for it. */
export function spread(name: string): Pick<k8s.PodSpec, 'affinity' | 'topologySpreadConstraints'> {
  const labelSelector = { matchLabels: selectorLabels({ name }) };
  return {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector } },
        ],
      },
    },
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector,
    })),
  };
}

/** How a pod of ours meets the cluster: no API token and no list of Services in its environment. */
export const withoutClusterAccess = { automountServiceAccountToken: false, enableServiceLinks: false } as const;
