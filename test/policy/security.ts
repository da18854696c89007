import type { Handler, PodSecurity, Volume } from '../support/manifests';
import { containers, servers, workloads } from '../support/subjects';
import { rule } from './rule';

const allowedVolumes = ['configMap', 'downwardAPI', 'emptyDir', 'persistentVolumeClaim', 'projected', 'secret'];

/** What a pod and its containers may do on their node. */
export const security = [
  rule('S1', 'pods run as non-root', workloads, ({ pod }) => pod.securityContext?.runAsNonRoot === true),
  rule(
    'S1c',
    'containers run as non-root',
    containers,
    ({ container }) => container.securityContext?.runAsNonRoot === true,
  ),
  rule('S2', 'pods run with a UID above 10000', workloads, ({ pod }) => above(pod.securityContext?.runAsUser)),
  rule('S2c', 'containers run with a UID above 10000', containers, ({ container }) =>
    above(container.securityContext?.runAsUser),
  ),
  rule('S3', 'pods run in groups above 10000', workloads, ({ pod }) => groups(pod.securityContext).every(above)),
  rule('S3c', 'containers run with a GID above 10000', containers, ({ container }) =>
    above(container.securityContext?.runAsGroup),
  ),
  rule(
    'S4',
    'privileges cannot be gained',
    containers,
    ({ container }) => container.securityContext?.allowPrivilegeEscalation === false,
  ),
  rule('S5', 'no container is privileged', containers, ({ container }) => !container.securityContext?.privileged),
  rule('S6', 'every capability is dropped', containers, ({ container }) =>
    same(container.securityContext?.capabilities?.drop, ['ALL']),
  ),
  rule(
    'S7',
    'no capability is added',
    containers,
    ({ container }) => (container.securityContext?.capabilities?.add ?? []).length === 0,
  ),
  rule(
    'S8',
    'the root file system is read-only',
    containers,
    ({ container }) => container.securityContext?.readOnlyRootFilesystem === true,
  ),
  rule(
    'S9',
    'pods run under the default seccomp profile',
    workloads,
    ({ pod }) => pod.securityContext?.seccompProfile?.type === 'RuntimeDefault',
  ),
  rule(
    'S9c',
    'containers run under the default seccomp profile',
    containers,
    ({ container }) => container.securityContext?.seccompProfile?.type === 'RuntimeDefault',
  ),
  rule('S11n', 'no pod is in the network of its node', workloads, ({ pod }) => !pod.hostNetwork),
  rule('S11p', 'no pod sees the processes of its node', workloads, ({ pod }) => !pod.hostPID),
  rule('S11i', 'no pod shares the memory of its node', workloads, ({ pod }) => !pod.hostIPC),
  rule('S12', 'no container takes a port of the node', containers, ({ container }) =>
    (container.ports ?? []).every(({ hostPort }) => hostPort === undefined),
  ),
  rule('S13', 'volumes are of kinds that do not reach the node', workloads, ({ pod }) =>
    (pod.volumes ?? []).every((volume) => allowedVolumes.includes(kindOf(volume))),
  ),
  rule('S14', 'pods leave the kernel and the hosts file alone', workloads, ({ pod }) =>
    [pod.hostAliases, ...unsafe(pod.securityContext)].every((setting) => setting === undefined),
  ),
  rule('S14c', 'containers leave the kernel alone', containers, ({ container }) =>
    [container.securityContext?.procMount, ...unsafe(container.securityContext)].every((s) => s === undefined),
  ),
  rule('S15', 'no handler names a host', servers, ({ container }) => {
    const { startupProbe, livenessProbe, readinessProbe, lifecycle } = container;
    return [startupProbe, livenessProbe, readinessProbe, lifecycle?.preStop, lifecycle?.postStart].every(isLocal);
  }),
  rule('S17', 'pods and containers state their security', containers, ({ pod, container }) =>
    [pod.securityContext, container.securityContext].every((context) => Object.keys(context ?? {}).length > 0),
  ),
];

function above(id: number | undefined): boolean {
  return id !== undefined && id > 10_000;
}

function groups(context: PodSecurity | undefined): (number | undefined)[] {
  return [context?.runAsGroup, context?.fsGroup, ...(context?.supplementalGroups ?? [])];
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function kindOf(volume: Volume): string {
  return Object.keys(volume)
    .filter((key) => key !== 'name')
    .join();
}

function unsafe(context: PodSecurity | undefined): unknown[] {
  return [context?.sysctls, context?.seLinuxOptions, context?.windowsOptions];
}

function isLocal(handler: Handler | undefined): boolean {
  return handler?.httpGet?.host === undefined && handler?.tcpSocket?.host === undefined;
}
