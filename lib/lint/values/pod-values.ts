import { isIP } from 'node:net';
import type { Cursor } from '../../manifests/cursor';
import { findRepeated } from '../common-findings';
import { examplePod, type Violation } from '../rule';
import {
  atLeast,
  dnsLabel,
  dnsName,
  form,
  type Limit,
  oneOf,
  requireAtMostOne,
  requireElements,
  type ValueFamily,
} from './value-family';

export const podValues: ValueFamily = {
  name: 'pod-values',
  finds:
    'A value of a pod or volume that is refused: two containers or volumes of one name, two sources of a volume, a file mode that is written in decimal, a wrong policy, runAsNonRoot with user 0.',
  why: 'The API server refuses the pod, or the kubelet does not start it.',
  example: `${examplePod}
  securityContext: { runAsNonRoot: true }
  containers:
    - { name: web, image: example.org/web:1, securityContext: { runAsUser: 0 } }
    - { name: web, image: example.org/proxy:1 }
  volumes:
    - { name: cache, emptyDir: {}, hostPath: { path: /cache } }
    - { name: keys, secret: { secretName: keys, optional: true, defaultMode: 600 } }
`,
  limits: {
    'core.v1.PodSpec': {
      restartPolicy: oneOf('Always', 'OnFailure', 'Never'),
      dnsPolicy: oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
      preemptionPolicy: oneOf('PreemptLowerPriority', 'Never'),
      activeDeadlineSeconds: atLeast(1),
      hostname: dnsLabel,
      subdomain: dnsLabel,
      serviceAccountName: dnsNameOrEmpty(),
    },
    'core.v1.PodSecurityContext': {
      fsGroupChangePolicy: oneOf('OnRootMismatch', 'Always'),
      runAsUser: atLeast(0),
      runAsGroup: atLeast(0),
      fsGroup: atLeast(0),
    },
    'core.v1.HostAlias': { ip: address },
    'core.v1.ServiceAccountTokenProjection': { expirationSeconds: atLeast(600) },
    'core.v1.Volume': { name: dnsLabel },
    'core.v1.ConfigMapVolumeSource': { defaultMode: fileMode },
    'core.v1.SecretVolumeSource': { defaultMode: fileMode },
    'core.v1.DownwardAPIVolumeSource': { defaultMode: fileMode },
    'core.v1.ProjectedVolumeSource': { defaultMode: fileMode },
    'core.v1.DownwardAPIVolumeFile': { mode: fileMode },
    'core.v1.KeyToPath': {
      mode: fileMode,
      path: form(/^(?!\/)(?!(.*\/)?\.\.(\/|$))/, Number.POSITIVE_INFINITY, 'a relative path without ".."'),
    },
    'core.v1.HostPathVolumeSource': {
      type: oneOf(
        ...['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'],
      ),
    },
    'core.v1.EmptyDirVolumeSource': { medium: oneOf('', 'Memory', 'HugePages', 'HugePages-2Mi', 'HugePages-1Gi') },
  },
  relations: { 'core.v1.PodSpec': pod, 'core.v1.Volume': volume },
};

function dnsNameOrEmpty(): Limit {
  return (value) => (value === '' ? undefined : dnsName(value));
}

function address(value: unknown): ReturnType<Limit> {
  if (typeof value !== 'string' || isIP(value) > 0) return undefined;
  return { message: `"${value}" is not an address`, remedy: 'state one such as 10.0.0.1' };
}

/** Modes that people mean in octal: in decimal, they would let a group write but not the owner read. */
const decimal: ReadonlySet<unknown> = new Set([400, 440, 444]);

function fileMode(value: unknown): ReturnType<Limit> {
  if (typeof value !== 'number' || (value >= 0 && value <= 0o777 && !decimal.has(value))) return undefined;
  const octal = /^[0-7]{3}$/.test(String(value)) ? Number.parseInt(String(value), 8) : undefined;
  return {
    message:
      value > 0o777 ? `the mode ${value} is above 0777, which is 511` : `the mode ${value} is 0${value.toString(8)}`,
    remedy: octal === undefined ? 'state a mode from 0 to 0777' : `write 0${value}, or ${octal} in JSON`,
  };
}

function* pod(at: Cursor): Generator<Violation> {
  const containers = at.items('containers');
  const all = [...at.items('initContainers'), ...containers];
  yield* requireElements(at.at('containers'));
  const rename = 'rename one of the two';
  yield* findRepeated(all, named, (name) => `there is another container "${name}"`, rename);
  yield* findRepeated(at.items('volumes'), named, (name) => `there is another volume "${name}"`, rename);
  yield* hostPorts(at, containers);
  for (const container of all) yield* rootUser(at, container);
  for (const container of at.items('initContainers')) yield* endlessHandlers(container);
  if (at.text('dnsPolicy') === 'None' && at.items('dnsConfig', 'nameservers').length === 0) {
    yield { at: at.at('dnsPolicy'), message: 'None needs name servers', remedy: 'state dnsConfig.nameservers' };
  }
  if (at.flag('hostPID') && at.flag('shareProcessNamespace')) {
    yield {
      at: at.at('shareProcessNamespace'),
      message: 'the pod has hostPID already',
      remedy: 'remove one of the two',
    };
  }
}

function named(at: Cursor): string | undefined {
  return at.text('name');
}

function* hostPorts(pod: Cursor, containers: readonly Cursor[]): Generator<Violation> {
  const ports = containers.flatMap((container) => container.items('ports')).filter((port) => port.number('hostPort'));
  const idOf = (port: Cursor) =>
    [port.text('hostIP'), port.number('hostPort'), port.text('protocol') ?? 'TCP'].join(' ');
  yield* findRepeated(
    ports,
    idOf,
    () => 'the port of the node is taken by another port of the pod',
    'state another hostPort',
  );
  if (!pod.flag('hostNetwork')) return;
  for (const port of ports) {
    if (port.number('hostPort') === port.number('containerPort')) continue;
    const at = port.at('hostPort');
    yield { at, message: 'on the network of the host, it is the containerPort', remedy: 'leave hostPort out' };
  }
}

/** The kubelet does not start a container as root that must not run as root. */
function* rootUser(pod: Cursor, container: Cursor): Generator<Violation> {
  const own = container.at('securityContext');
  const shared = pod.at('securityContext');
  const isNonRoot = own.flag('runAsNonRoot') ?? shared.flag('runAsNonRoot');
  const user = own.has('runAsUser') ? own.at('runAsUser') : shared.at('runAsUser');
  if (isNonRoot !== true || user.value !== 0) return;
  yield { at: user, message: 'runAsNonRoot is true, and 0 is root', remedy: 'state the UID of another user' };
}

/** An init container runs to its end, unless it is a sidecar: nothing can ask for its health, or end it. */
function* endlessHandlers(container: Cursor): Generator<Violation> {
  if (container.text('restartPolicy') === 'Always') return;
  for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
    if (!container.has(name)) continue;
    yield {
      at: container.at(name),
      message: 'an init container takes none, as it runs to its end',
      remedy: 'leave it out, or state restartPolicy: Always for a sidecar',
    };
  }
}

const volumeSources = [
  ...['emptyDir', 'hostPath', 'configMap', 'secret', 'projected', 'downwardAPI', 'persistentVolumeClaim', 'ephemeral'],
  ...['csi', 'nfs', 'image', 'iscsi', 'fc', 'flexVolume', 'cephfs', 'rbd', 'glusterfs', 'cinder', 'azureDisk'],
  ...['azureFile', 'awsElasticBlockStore', 'gcePersistentDisk', 'vsphereVolume', 'gitRepo', 'portworxVolume'],
];

function* volume(at: Cursor): Generator<Violation> {
  yield* requireAtMostOne(at, volumeSources);
}
