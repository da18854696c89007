import type { Cursor } from '../../manifests/cursor';
import { formatList } from '../../manifests/manifest-set';
import type { Container } from '../../manifests/pod-template';
import type { Rule } from '../rule';

const handlers = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
];

/** Probes and lifecycle hooks use port names of their container. */
export const handlerPorts: Rule = {
  name: 'handler-ports',
  class: 'broken',
  isAboutMissing: true,
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
export function handlerPortsOf({ at }: Container): Cursor[] {
  return handlers
    .map((path) => at.at(...path))
    .flatMap((handler) => [handler.at('httpGet'), handler.at('tcpSocket'), handler.at('grpc')])
    .filter((action) => action.exists && !action.at('host').exists)
    .map((action) => action.at('port'));
}
