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

/**
 * Keeps the pods of a workload apart, on other nodes and in other zones. Of two pods the loss of one node must not be the
 * loss of both, so two never share a node while another takes pods; a node that is drained or down does not count.
 * More than two are kept apart as far as there is room: a full node must not keep a service from scaling.
 * @param replicas fewest pods that the workload has
 */
export function spreadAcrossNodes(
  name: string,
  replicas: number,
): Pick<k8s.PodSpec, 'affinity' | 'topologySpreadConstraints'> {
  const labelSelector = { matchLabels: selectorLabels({ name }) };
  const evenly = (topologyKey: string) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector,
  });
  return {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector } },
        ],
      },
    },
    topologySpreadConstraints: [
      replicas === 2
        ? { ...evenly('kubernetes.io/hostname'), whenUnsatisfiable: 'DoNotSchedule', nodeTaintsPolicy: 'Honor' }
        : evenly('kubernetes.io/hostname'),
      evenly('topology.kubernetes.io/zone'),
    ],
  };
}

/** The nodes that our images run on: in a cluster with Windows nodes too, a pod does not end up on one. */
export const onLinux = { nodeSelector: { 'kubernetes.io/os': 'linux' } } as const;

/** How a pod of ours meets the cluster: no API token and no list of Services in its environment. */
export const noApiAccess = { automountServiceAccountToken: false, enableServiceLinks: false } as const;

const volumeName = 'api-token';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * A token for the Kubernetes API as an explicit volume: unlike an automounted one it is short-lived and stands in the
 * manifest, where a reviewer sees it. Client libraries find it at its usual path.
 */
export const apiToken: { readonly volume: k8s.Volume; readonly mount: k8s.VolumeMount } = {
  volume: {
    name: volumeName,
    projected: {
      defaultMode: 0o440,
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardApi: { items: [{ path: 'namespace', fieldRef: fieldReference('metadata.namespace') }] } },
      ],
    },
  },
  mount: { name: volumeName, mountPath, readOnly: true },
};

/** Where a pod with the token finds it, and the certificate of who signs for the API. */
export const apiTokenFiles = { token: `${mountPath}/token`, ca: `${mountPath}/ca.crt` } as const;

/**
 * A field of the pod itself. Its version is stated although there is only one: the API server would add it, and a
 * server-side apply over that would be a conflict.
 */
export function fieldReference(fieldPath: string): k8s.ObjectFieldSelector {
  return { apiVersion: 'v1', fieldPath };
}

/**
 * How nodes get a public image with a fixed tag: once. A store that is restarted at night must not need a registry that is
 * down, or that refuses after too many pulls. Our own images are private, and there each pull checks the credentials.
 */
export const pulledOnce = { imagePullPolicy: 'IfNotPresent' } as const;
