import type { Cursor } from '../../manifests/cursor';
import type { Container } from '../../manifests/pod-template';
import { listServiceLinks, nameAddressVariable } from '../../manifests/service-links';
import type { Rule } from '../rule';
import { examplePod } from '../rule';
import { listVariableReferences, readImportedVariables } from './variables';

/**
 * Programs that read `<NAME>_PORT` as the number of a port, by the name of their image, and the variable. Each of them
 * fails if a Service of that name is in the namespace: the kubelet sets the variable to `tcp://10.0.0.1:80`.
 */
const programs: readonly (readonly [image: RegExp, variable: string])[] = [
  [/(^|\/)n8n$/, 'N8N_PORT'],
  [/(^|\/)uptime-kuma$/, 'UPTIME_KUMA_PORT'],
  [/(^|\/)mlflow$/, 'MLFLOW_PORT'],
  [/(^|\/)flower$/, 'FLOWER_PORT'],
  [/(^|\/)superset$/, 'SUPERSET_PORT'],
  [/(^|\/)openldap$/, 'LDAP_PORT'],
];

export const serviceLinkCollisions: Rule = {
  name: 'service-link-collisions',
  class: 'broken',
  finds: 'A port that a container reads from a variable which the kubelet sets to the address of a Service.',
  why: 'For a Service redis, each pod of the namespace gets REDIS_PORT=tcp://10.0.0.1:6379, which is not a port number.',
  fix: 'State enableServiceLinks: false in the pod, or state the variable in the container.',
  example: `
apiVersion: v1
kind: Service
metadata: { name: redis, namespace: shop }
spec: { selector: { app: redis }, ports: [{ port: 6379 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: redis, namespace: shop, labels: { app: redis } }
spec: { containers: [{ name: redis, image: example.org/redis:1 }] }
---
${examplePod}
  containers: [{ name: web, image: example.org/web:1, args: ["--redis=redis:$(REDIS_PORT)"] }]
`,
  *check(set) {
    for (const container of set.containers) {
      const links = listServiceLinks(set, container.pod);
      if (links.size === 0) continue;
      const readings = portReadings(container).filter(({ variable }) => isAddress(variable, links.get(variable)));
      const imported = readings.length === 0 ? undefined : readImportedVariables(set, container);
      if (imported === undefined) continue;
      const stated = new Set([...container.env.map((entry) => entry.text('name') ?? ''), ...imported]);
      for (const { at, variable } of readings) {
        if (stated.has(variable)) continue;
        yield {
          at,
          message: `${variable} is read as a port, but for Service ${links.get(variable)} the kubelet sets it to tcp://<address>:<port>`,
          remedy: `state enableServiceLinks: false in the pod, or ${variable} in the container`,
        };
      }
    }
  },
};

function isAddress(variable: string, service: string | undefined): boolean {
  return service !== undefined && variable === nameAddressVariable(service);
}

interface PortReading {
  readonly at: Cursor;
  readonly variable: string;
}

/** Variables that are read as a number: by a program that is known to, or behind `:` or `port=`. */
function portReadings(container: Container): PortReading[] {
  const image = (container.at.text('image') ?? '').replace(/@.*$/, '').replace(/:[^/]*$/, '');
  const ofProgram = programs.filter(([pattern]) => pattern.test(image));
  return [
    ...ofProgram.map(([, variable]) => ({ at: container.at.at('image'), variable })),
    ...listVariableReferences(container).filter(({ at, variable }) => {
      const text = at.text() ?? at.text('value') ?? '';
      return variable.endsWith('_PORT') && new RegExp(`(:|port[= ])\\$\\(${variable}\\)`, 'i').test(text);
    }),
  ];
}
