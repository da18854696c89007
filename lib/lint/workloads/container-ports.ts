import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import { type Container, formatPortReference, hasPort, portsOf } from '../../manifests/pod-template';
import type { Rule, Violation } from '../rule';
import { exampleContainer } from '../rule';
import { listTargetPorts, selectPods } from '../traffic/services';

const handlers = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
];

export const handlerPorts: Rule = {
  name: 'handler-ports',
  class: 'broken',
  isAboutMissing: true,
  finds: 'A probe or lifecycle hook that names a port that the container does not have.',
  why: 'The kubelet cannot resolve the name, and the probe always fails.',
  fix: 'Name a port of the container.',
  example: `${exampleContainer}
      ports: [{ name: http, containerPort: 8080 }]
      readinessProbe: { httpGet: { path: /, port: web } }
`,
  *check(set) {
    for (const container of set.containers) {
      const names = new Set(container.ports.flatMap(({ name }) => name ?? []));
      for (const at of handlerPortsOf(container)) {
        // A number needs no containerPort.
        if (typeof at.value !== 'string' || names.has(at.value)) continue;
        yield {
          at,
          message: `there is no port ${JSON.stringify(at.value)} (there is ${formatList(names)})`,
          remedy: 'name a port of the container',
        };
      }
    }
  },
};

/** Ports that the probes and lifecycle hooks of a container connect to. */
function handlerPortsOf({ at }: Container): Cursor[] {
  return handlers
    .map((path) => at.at(...path))
    .flatMap((handler) => [handler.at('httpGet'), handler.at('tcpSocket'), handler.at('grpc')])
    .filter((action) => action.exists && !action.has('host'))
    .map((action) => action.at('port'));
}

export const statedPorts: Rule = {
  name: 'stated-ports',
  class: 'policy',
  finds: 'A numeric port of a probe or Service that no container of the pod states.',
  why: 'The port works, but the pod does not show what listens on it, and a wrong number goes unnoticed.',
  fix: 'State the port in the container, or correct the number.',
  example: `${exampleContainer}
      ports: [{ name: http, containerPort: 8080 }]
      readinessProbe: { httpGet: { path: /, port: 8081 } }
`,
  *check(set) {
    for (const pod of set.pods) {
      const stated = new Set(pod.containers.flatMap(({ ports }) => ports.map(({ number }) => number)));
      for (const at of pod.allContainers.flatMap(handlerPortsOf)) {
        if (typeof at.value === 'number' && stated.size > 0 && !stated.has(at.value)) {
          yield missing(at, `no container states port ${at.value} (they state ${formatList(stated)})`);
        }
      }
    }
    for (const service of set.ofType('Service')) yield* unstatedTargets(set, service);
  },
};

function* unstatedTargets(set: ManifestSet, service: Manifest): Generator<Violation> {
  // Clients of a headless Service connect to the pods, whatever port it states.
  if (service.text('spec', 'clusterIP') === 'None') return;
  const pods = selectPods(set, service).filter(({ runsToCompletion }) => !runsToCompletion);
  for (const { at, protocol } of listTargetPorts(service)) {
    const lacking = typeof at.value === 'number' && pods.find((pod) => !hasPort(pod, at.value, protocol));
    if (!lacking) continue;
    const reference = formatPortReference(at.value, protocol);
    yield missing(
      at,
      `${lacking.owner.kind} ${lacking.owner.name} states no port ${reference} (it states ${formatList(portsOf(lacking))})`,
    );
  }
}

function missing(at: Cursor, message: string): Violation {
  return { at, message, remedy: 'state the port in the container, or correct the number' };
}
