import type { k8s } from 'cdk8s-plus-27';
import { selectWorkload, type WorkloadIdentity } from './metadata';

/**
 * Security of a pod under the `restricted` Pod Security Standard.
 * Volumes with the right owner are not changed again: on a large volume that takes minutes, and it would loosen the mode
 * of PostgreSQL's data directory.
 */
export function securePod(uid: number): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: uid,
    fsGroup: uid,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** Security of a container under the `restricted` standard, with a read-only root file system. */
export function secureContainer(uid: number): k8s.SecurityContext {
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
 * Spreads the pods of a workload over nodes and zones. Two pods must not be lost with one node, so they never share a node
 * while another accepts pods; a node that is drained or down does not count. More than two are spread as far as possible:
 * a full node must not keep a service from scaling.
 * @param replicas fewest pods that the workload has
 * @param isQuorum whether most of its pods have to run: then none of them shares a node while another accepts pods
 */
export function spreadAcrossNodes(
  name: string,
  replicas: number,
  isQuorum = false,
): Pick<k8s.PodSpec, 'affinity' | 'topologySpreadConstraints'> {
  const labelSelector = { matchLabels: selectWorkload({ name }) };
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
      replicas === 2 || isQuorum
        ? { ...evenly('kubernetes.io/hostname'), whenUnsatisfiable: 'DoNotSchedule', nodeTaintsPolicy: 'Honor' }
        : evenly('kubernetes.io/hostname'),
      evenly('topology.kubernetes.io/zone'),
    ],
  };
}

/** Nodes that our images run on, in a cluster that also has Windows nodes. */
export const onLinux = { nodeSelector: { 'kubernetes.io/os': 'linux' } } as const;

/** Keeps the API token and the list of Services out of a pod. */
export const noApiAccess = { automountServiceAccountToken: false, enableServiceLinks: false } as const;

/** What the pods of a workload with an account of its own have, unless they ask the API. */
export function makePodDefaults({ name }: Pick<WorkloadIdentity, 'name'>, priorityClassName: string) {
  return { serviceAccountName: name, ...noApiAccess, ...onLinux, priorityClassName };
}

const volumeName = 'api-token';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * A token for the Kubernetes API as an explicit volume. Unlike an automounted one it is visible in the manifest, where a
 * reviewer sees it, and short-lived. Client libraries find it at its usual path.
 */
export const apiToken: { readonly volume: k8s.Volume; readonly mount: k8s.VolumeMount } = {
  volume: {
    name: volumeName,
    projected: {
      defaultMode: 0o440,
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardApi: { items: [{ path: 'namespace', fieldRef: makeFieldReference('metadata.namespace') }] } },
      ],
    },
  },
  mount: { name: volumeName, mountPath, readOnly: true },
};

/** Paths of the token and of the API's certificate authority in a pod that mounts them. */
export const apiTokenFiles = { token: `${mountPath}/token`, ca: `${mountPath}/ca.crt` } as const;

/**
 * A reference to a field of the pod itself. The version is stated because the API server would add it, and a later
 * server-side apply would then conflict.
 */
export function makeFieldReference(fieldPath: string): k8s.ObjectFieldSelector {
  return { apiVersion: 'v1', fieldPath };
}

/**
 * Pull policy of public images with a fixed tag. The restart of a store must not depend on a registry that is down or that
 * limits pulls. Our own images are private, and each pull checks the credentials, unless a digest states the build.
 */
export const pulledOnce = { imagePullPolicy: 'IfNotPresent' } as const;
