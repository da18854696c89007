import type { Cursor } from '../../manifests/cursor';
import { formatList } from '../../manifests/manifest-set';
import type { Container, PodTemplate } from '../../manifests/pod-template';
import type { Rule } from '../rule';

const handlers = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
];

/** Probes and lifecycle hooks ask a port that exists: a number that the pod states, or a name that the container gave. */
export const handlerPorts: Rule = {
  name: 'handler-ports',
  class: 'broken',
  documentation: {
    finds: 'A probe or lifecycle hook that names a port that the container does not have.',
    why: 'The kubelet cannot resolve the name, and the probe always fails.',
    fix: 'Name a port of the container.',
    example: `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
      image: example.org/web:1
      ports: [{ name: http, containerPort: 8080 }]
      readinessProbe: { httpGet: { path: /, port: web } }
`,
  },
  *check(set) {
    for (const pod of set.pods) {
      for (const container of pod.allContainers) {
        for (const at of askedPorts(container)) {
          const known = portsFor(at, container, pod);
          if (known === undefined || known.has(at.value)) continue;
          yield {
            at,
            message: `there is no port ${JSON.stringify(at.value)} (there is ${formatList([...known].map(String))})`,
            remedy: 'ask a port that the container states, or state it',
          };
        }
      }
    }
  },
};

function askedPorts({ at }: Container): Cursor[] {
  return handlers
    .map((path) => at.at(...path))
    .flatMap((handler) => [handler.at('httpGet'), handler.at('tcpSocket'), handler.at('grpc')])
    .filter((action) => action.exists && !action.at('host').exists)
    .map((action) => action.at('port'));
}

/** Ports may go unstated, so a pod that states none may listen on any number. */
function portsFor(at: Cursor, container: Container, { containers }: PodTemplate): Set<unknown> | undefined {
  if (typeof at.value === 'string') return new Set(container.ports.flatMap(({ name }) => name ?? []));
  const stated = containers.flatMap(({ ports }) => ports.map(({ number }) => number));
  return stated.length === 0 ? undefined : new Set(stated);
}
