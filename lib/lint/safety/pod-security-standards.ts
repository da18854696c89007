import type { Cursor } from '../../manifests/cursor';
import type { PodTemplate } from '../../manifests/pod-template';

/** One demand of the Pod Security Standards (https://kubernetes.io/docs/concepts/security/pod-security-standards/). */
export interface PodSecurityCheck {
  readonly message: string;
  readonly remedy: string;
  /** The places of a pod that do not meet it. */
  readonly failures: (pod: PodTemplate) => readonly Cursor[];
}

export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** Capabilities that the level `baseline` lets a container add. */
const usualCapabilities: ReadonlySet<string> = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP'],
  ...['SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);

const safeSysctls: ReadonlySet<string> = new Set([
  ...['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_local_reserved_ports'],
  ...['net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range', 'net.ipv4.tcp_fin_timeout'],
  ...['net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_keepalive_time'],
  ...['net.ipv4.tcp_rmem', 'net.ipv4.tcp_syncookies', 'net.ipv4.tcp_wmem'],
]);

const safeVolumes: ReadonlySet<string> = new Set([
  ...[
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'image',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ],
]);

const baseline: readonly PodSecurityCheck[] = [
  {
    message: 'the namespace admits no pod in a namespace of its node',
    remedy: 'remove it',
    failures: ({ spec }) => places(spec, ['hostNetwork', 'hostPID', 'hostIPC'], (at) => at.value === true),
  },
  {
    message: 'the namespace admits no privileged container',
    remedy: 'remove privileged',
    failures: contexts(['privileged'], (at) => at.value === true),
  },
  {
    message: 'the namespace admits no container with such a capability',
    remedy: 'remove the capability',
    failures: contexts(['capabilities', 'add'], (at) => at.texts().some((name) => !usualCapabilities.has(name))),
  },
  {
    message: 'the namespace admits no volume of the node',
    remedy: 'use another volume',
    failures: ({ spec }) => spec.items('volumes').flatMap((volume) => (volume.has('hostPath') ? [volume] : [])),
  },
  {
    message: 'the namespace admits no port of the node',
    remedy: 'remove hostPort',
    failures: ({ allContainers }) =>
      allContainers.flatMap(({ at }) =>
        at.items('ports').flatMap((port) => places(port, ['hostPort'], ({ value }) => value !== 0)),
      ),
  },
  {
    message: 'the namespace admits no container without a seccomp profile',
    remedy: 'use the type RuntimeDefault',
    failures: contexts(['seccompProfile', 'type'], (at) => at.value === 'Unconfined'),
  },
  {
    message: 'the namespace admits no container without an AppArmor profile',
    remedy: 'use the type RuntimeDefault',
    failures: contexts(['appArmorProfile', 'type'], (at) => at.value === 'Unconfined'),
  },
  {
    message: 'the namespace admits no container that sees all of /proc',
    remedy: 'remove procMount',
    failures: (pod) =>
      isInUserNamespace(pod) ? [] : contexts(['procMount'], (at) => at.exists && at.value !== 'Default')(pod),
  },
  {
    message: 'the namespace admits only kernel settings that are safe',
    remedy: 'remove the setting',
    failures: ({ spec }) =>
      spec.items('securityContext', 'sysctls').filter((sysctl) => !safeSysctls.has(sysctl.text('name') ?? '')),
  },
];

const restricted: readonly PodSecurityCheck[] = [
  {
    message: 'the namespace admits no such volume',
    remedy: 'use a ConfigMap, Secret, emptyDir, claim, csi or projected volume',
    failures: ({ spec }) =>
      spec
        .items('volumes')
        .filter((volume) => !volume.has('hostPath') && volume.entries().some(([key]) => isUnsafeVolume(key))),
  },
  {
    message: 'the namespace admits only containers that state allowPrivilegeEscalation: false',
    remedy: 'state it',
    failures: onLinux(contextOf(['allowPrivilegeEscalation'], (at) => at.value !== false)),
  },
  {
    message: 'the namespace admits only containers that drop ALL capabilities',
    remedy: 'state drop: [ALL]',
    failures: onLinux(contextOf(['capabilities', 'drop'], (at) => !at.texts().includes('ALL'))),
  },
  {
    message: 'the namespace admits no container with a capability but NET_BIND_SERVICE',
    remedy: 'remove the capability',
    failures: onLinux(
      contextOf(['capabilities', 'add'], (at) =>
        at.texts().some((name) => name !== 'NET_BIND_SERVICE' && usualCapabilities.has(name)),
      ),
    ),
  },
  {
    message: 'the namespace admits only containers with runAsNonRoot: true',
    remedy: 'state it for the pod',
    failures: (pod) => (isInUserNamespace(pod) ? [] : unmet(pod, ['runAsNonRoot'], (at) => at.value === true)),
  },
  {
    message: 'the namespace admits no container that runs as root',
    remedy: 'state the UID of another user',
    failures: (pod) => (isInUserNamespace(pod) ? [] : contexts(['runAsUser'], (at) => at.value === 0)(pod)),
  },
  {
    message: 'the namespace admits only containers with a seccomp profile',
    remedy: 'state seccompProfile: { type: RuntimeDefault } for the pod',
    failures: onLinux((pod) => unmet(pod, ['seccompProfile', 'type'], (at) => at.exists)),
  },
];

/** What each level demands. */
export const podSecurityStandards: Readonly<Record<PodSecurityLevel, readonly PodSecurityCheck[]>> = {
  privileged: [],
  baseline,
  restricted: [...baseline, ...restricted],
};

function places(at: Cursor, fields: readonly string[], fails: (at: Cursor) => boolean): Cursor[] {
  return fields.map((field) => at.at(field)).filter((place) => place.exists && fails(place));
}

/** Fails where the security context of the pod or of one of its containers states what fails. */
function contexts(path: readonly string[], fails: (at: Cursor) => boolean): PodSecurityCheck['failures'] {
  return ({ spec, allContainers }) =>
    [spec, ...allContainers.map(({ at }) => at)]
      .map((at) => at.at('securityContext', ...path))
      .filter((place) => place.exists && fails(place));
}

/** Fails where a container states what fails, or nothing, if that fails too. */
function contextOf(path: readonly string[], fails: (at: Cursor) => boolean): PodSecurityCheck['failures'] {
  return ({ allContainers }) => allContainers.map(({ at }) => at.at('securityContext', ...path)).filter(fails);
}

/** Fails for each container that does not meet a demand itself, unless it states nothing and the pod meets it. */
function unmet(pod: PodTemplate, path: readonly string[], meets: (at: Cursor) => boolean): Cursor[] {
  const ofPod = meets(pod.spec.at('securityContext', ...path));
  return pod.allContainers
    .map(({ at }) => at.at('securityContext', ...path))
    .filter((place) => (place.exists ? !meets(place) : !ofPod));
}

function isUnsafeVolume(source: string): boolean {
  return source !== 'name' && !safeVolumes.has(source);
}

/** Root of such a pod is another user of the node: since Kubernetes 1.35 it may run as root. */
function isInUserNamespace({ spec }: PodTemplate): boolean {
  return spec.flag('hostUsers') === false;
}

/** Windows knows none of it. */
function onLinux(failures: PodSecurityCheck['failures']): PodSecurityCheck['failures'] {
  return (pod) => (pod.spec.text('os', 'name') === 'windows' ? [] : failures(pod));
}
