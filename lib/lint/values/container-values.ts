import type { Cursor } from '../../manifests/cursor';
import { readQuantity } from '../../platform/settings/quantity';
import type { Violation } from '../rule';
import { exampleContainer } from '../rule';
import {
  atLeast,
  between,
  dnsLabel,
  form,
  oneOf,
  port,
  portName,
  portReference,
  protocol,
  requireAtMostOne,
  requireExactlyOne,
  type ValueFamily,
} from './value-family';

const profile = { type: oneOf('RuntimeDefault', 'Unconfined', 'Localhost') };

const probe = {
  initialDelaySeconds: atLeast(0),
  timeoutSeconds: atLeast(0),
  periodSeconds: atLeast(0),
  successThreshold: atLeast(0),
  failureThreshold: atLeast(0),
  terminationGracePeriodSeconds: atLeast(1),
};

/** What variables and files of the downward API can be made of. */
const podField =
  /^(metadata\.(name|namespace|uid|labels|annotations|(labels|annotations)\['[^']+'\])|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?))$/;

export const containerValues: ValueFamily = {
  name: 'container-values',
  finds:
    'A value of a container that is refused: a port name over 15 characters, a port out of range, a variable with two values, a probe with impossible numbers, a request over its limit, memory in thousandths of a byte, an unknown policy.',
  why: 'The API server refuses the pod, or the container never starts.',
  example: `${exampleContainer}
      imagePullPolicy: Alway
      ports: [{ name: metrics-endpoint, containerPort: 9090 }]
      livenessProbe: { tcpSocket: { port: 9090 }, successThreshold: 2 }
      resources: { requests: { memory: 2Gi }, limits: { memory: 1Gi } }
`,
  limits: {
    'core.v1.Container': {
      name: dnsLabel,
      imagePullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
      restartPolicy: oneOf('Always', 'OnFailure', 'Never'),
      terminationMessagePolicy: oneOf('File', 'FallbackToLogsOnError'),
    },
    'core.v1.ContainerPort': { name: portName, containerPort: port, hostPort: between(0, 65_535), protocol },
    'core.v1.EnvVar': { name: form(/^[^=]+$/, Number.POSITIVE_INFINITY, 'a name without "="') },
    'core.v1.ObjectFieldSelector': {
      fieldPath: form(podField, Number.POSITIVE_INFINITY, 'a field that a pod hands on'),
    },
    'core.v1.ResourceFieldSelector': {
      resource: form(
        /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/,
        Number.POSITIVE_INFINITY,
        'limits.… or requests.… of cpu, memory, ephemeral-storage or hugepages',
      ),
    },
    'core.v1.Probe': probe,
    'core.v1.HTTPGetAction': { scheme: oneOf('HTTP', 'HTTPS'), port: portReference },
    'core.v1.TCPSocketAction': { port: portReference },
    'core.v1.GRPCAction': { port },
    'core.v1.VolumeMount': {
      mountPath: form(/^(?!\/+$)[^:]+$/, Number.POSITIVE_INFINITY, 'a path below "/" without ":"'),
      subPath: form(/^(?!\/)(?!(.*\/)?\.\.(\/|$))/, Number.POSITIVE_INFINITY, 'a relative path without ".."'),
      mountPropagation: oneOf('None', 'HostToContainer', 'Bidirectional'),
    },
    'core.v1.SecurityContext': {
      runAsUser: between(0, 2 ** 31 - 1),
      runAsGroup: between(0, 2 ** 31 - 1),
      procMount: oneOf('Default', 'Unmasked'),
    },
    'core.v1.SeccompProfile': profile,
    'core.v1.AppArmorProfile': profile,
  },
  relations: {
    'core.v1.Container': container,
    'core.v1.EnvVar': variable,
    'core.v1.EnvVarSource': (at) =>
      requireExactlyOne(at, ['configMapKeyRef', 'secretKeyRef', 'fieldRef', 'resourceFieldRef', 'fileKeyRef']),
    'core.v1.EnvFromSource': (at) => requireExactlyOne(at, ['configMapRef', 'secretRef']),
    'core.v1.Probe': (at) => requireExactlyOne(at, ['exec', 'httpGet', 'tcpSocket', 'grpc']),
    'core.v1.LifecycleHandler': (at) => requireExactlyOne(at, ['exec', 'httpGet', 'tcpSocket', 'sleep']),
    'core.v1.VolumeMount': (at) => requireAtMostOne(at, ['subPath', 'subPathExpr']),
    'core.v1.SecurityContext': securityContext,
    'core.v1.ResourceRequirements': resources,
  },
};

function* container(at: Cursor): Generator<Violation> {
  // OpenShift fills in the image of what it triggers.
  if (at.text('image') === '' && !at.root.has('metadata', 'annotations', 'image.openshift.io/triggers')) {
    yield { at: at.at('image'), message: 'the container has no image', remedy: 'state its image' };
  }
  for (const name of ['livenessProbe', 'startupProbe']) {
    const threshold = at.at(name, 'successThreshold');
    if (!threshold.exists || threshold.value === 1 || threshold.value === 0) continue;
    yield { at: threshold, message: `a ${name} succeeds with the first success: it must be 1`, remedy: 'leave it out' };
  }
  for (const mount of at.items('volumeMounts')) {
    if (mount.text('mountPropagation') !== 'Bidirectional' || at.flag('securityContext', 'privileged')) continue;
    yield {
      at: mount.at('mountPropagation'),
      message: 'only a privileged container hands its mounts on to the node',
      remedy: 'use HostToContainer',
    };
  }
  const grace = at.at('readinessProbe', 'terminationGracePeriodSeconds');
  if (grace.exists) yield { at: grace, message: 'a readinessProbe terminates nothing', remedy: 'leave it out' };
}

function* variable(at: Cursor): Generator<Violation> {
  if (!at.text('value') || !at.has('valueFrom')) return;
  yield { at: at.at('valueFrom'), message: 'the variable has a value already', remedy: 'state value or valueFrom' };
}

function* securityContext(at: Cursor): Generator<Violation> {
  if (at.flag('allowPrivilegeEscalation') !== false || at.flag('privileged') !== true) return;
  yield {
    at: at.at('allowPrivilegeEscalation'),
    message: 'a privileged container can always escalate its privileges',
    remedy: 'remove privileged, or allowPrivilegeEscalation',
  };
}

/** Resources that Kubernetes has itself. Any other is of a domain: `nvidia.com/gpu`. */
const ownResource = /^(cpu|memory|ephemeral-storage|hugepages-.+)$|\//;

function* resources(at: Cursor): Generator<Violation> {
  const limits = at.at('limits');
  for (const [name, amount] of [...at.at('requests').entries(), ...limits.entries()]) {
    const value = readQuantity(amount.value);
    if (!ownResource.test(name)) {
      yield {
        at: amount,
        message: `there is no resource "${name}"`,
        remedy: 'use cpu, memory, ephemeral-storage, or a name with a domain',
      };
    } else if (value !== undefined && value < 0) {
      yield { at: amount, message: 'the amount is negative', remedy: 'state 0 or more' };
    } else if (value !== undefined && name.includes('/') && !Number.isInteger(value)) {
      yield { at: amount, message: `there is no part of a ${name}`, remedy: 'state a whole number' };
    }
  }
  for (const amount of [at.at('requests', 'memory'), limits.at('memory')]) yield* tinyMemory(amount);
  for (const [name, amount] of at.at('requests').entries()) {
    if (name.includes('/') && !limits.has(name)) {
      yield { at: amount, message: `${name} needs a limit`, remedy: 'state a limit of as much' };
    }
    const [requested, limit] = [readQuantity(amount.value), readQuantity(limits.at(name).value)];
    if (requested === undefined || limit === undefined) continue;
    if (requested > limit) {
      yield {
        at: amount,
        message: `the request ${amount.value} is above the limit ${limits.at(name).value}`,
        remedy: 'lower the request, or raise the limit',
      };
    } else if (/\/|^hugepages-/.test(name) && requested !== limit) {
      yield { at: amount, message: `${name} cannot be overcommitted`, remedy: 'request as much as the limit' };
    }
  }
}

/** Fewer bytes than any process can run in. */
const tiny = 2 ** 20;

/** `512m` is half a byte: the API server accepts it, and no container starts with it. */
function* tinyMemory(amount: Cursor): Generator<Violation> {
  const bytes = readQuantity(amount.value);
  if (bytes === undefined || bytes <= 0 || bytes >= tiny || !/[mun]$/.test(String(amount.value))) return;
  yield { at: amount, message: `${amount.value} is ${bytes} bytes: m means thousandths`, remedy: 'use Mi or M' };
}
