import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import { formatList } from '../../manifests/manifest-set';
import { formatPortReference, hasPort, portsOf } from '../../manifests/pod-template';
import { exampleDeployment } from '../example-objects';
import type { Rule } from '../rule';
import { selectedBy } from './service-selectors';

/** The pods of a Service have its target ports. */
export const servicePorts: Rule = {
  name: 'service-ports',
  class: 'broken',
  isAboutMissing: true,
  documentation: {
    finds: 'A Service with a named target port that its pods do not have.',
    why: 'Connections to the port fail.',
    fix: 'Target a port of the pods.',
    example: `${exampleDeployment}
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: web }] }
`,
  },
  *check(set) {
    for (const service of set.ofType('Service')) {
      const pods = selectedBy(set, service).filter(({ runsToCompletion }) => !runsToCompletion);
      for (const { at, protocol } of targetPorts(service)) {
        // A number needs no containerPort.
        const lacking = typeof at.value === 'string' && pods.find((pod) => !hasPort(pod, at.value, protocol));
        if (!lacking) continue;
        yield {
          at,
          message: `${lacking.owner.kind} ${lacking.owner.name} has no port ${formatPortReference(at.value, protocol)} (it has ${formatList(portsOf(lacking))})`,
          remedy: 'name a port of the pods',
        };
      }
    }
  },
};

/** Ports of the pods that a Service forwards to. */
export function targetPorts(service: Manifest): { readonly at: Cursor; readonly protocol: string }[] {
  return service
    .at('spec')
    .items('ports')
    .map((port) => ({ port, at: port.at('targetPort').exists ? port.at('targetPort') : port.at('port') }))
    .filter(({ port, at }) => port.at('targetPort').exists || typeof at.value === 'number')
    .map(({ port, at }) => ({ at, protocol: port.text('protocol') ?? 'TCP' }));
}
