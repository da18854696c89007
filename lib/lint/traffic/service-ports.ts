import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import { formatList } from '../../manifests/manifest-set';
import { formatPortReference, hasPort, portsOf } from '../../manifests/pod-template';
import type { Rule, Violation } from '../rule';
import { selectedBy } from './service-selectors';

/** The pods of a Service have its target ports, and the Service states each port once. */
export const servicePorts: Rule = {
  name: 'service-ports',
  class: 'broken',
  documentation: {
    finds: 'A Service with a named target port that its pods do not have, or with the same port twice.',
    why: 'Connections to the port fail, or the API server refuses the Service.',
    fix: 'Target a port of the pods.',
    example: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: example.org/web:1, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: web }] }
`,
  },
  *check(set) {
    for (const service of set.ofType('Service')) {
      yield* repeated(service);
      const pods = selectedBy(set, service).filter(({ runsToCompletion }) => !runsToCompletion);
      for (const port of service.at('spec').items('ports')) {
        const at = targetOf(port);
        const protocol = port.text('protocol') ?? 'TCP';
        const lacking = pods.find((pod) => !hasPort(pod, at.value, protocol));
        if (lacking === undefined) continue;
        yield {
          at,
          message: `${lacking.owner.kind} ${lacking.owner.name} has no port ${formatPortReference(at.value, protocol)} (it has ${formatList(portsOf(lacking))})`,
          remedy: 'target a port that the pods state, or state it',
        };
      }
    }
  },
};

function targetOf(port: Cursor): Cursor {
  return port.at('targetPort').exists ? port.at('targetPort') : port.at('port');
}

function* repeated(service: Manifest): Generator<Violation> {
  const seen = new Set<string>();
  for (const port of service.at('spec').items('ports')) {
    const number = `${port.number('port')}/${port.text('protocol') ?? 'TCP'}`;
    const name = port.text('name');
    for (const id of name === undefined ? [number] : [number, name]) {
      if (seen.has(id)) yield { at: port, message: `the Service has two ports ${id}`, remedy: 'remove one of the two' };
      seen.add(id);
    }
  }
}
