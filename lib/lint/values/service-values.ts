import { isIP } from 'node:net';
import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import { findRepeated } from '../common-findings';
import type { Violation } from '../rule';
import { between, dnsLabel, form, oneOf, port, portReference, protocol, type ValueFamily } from './value-family';

const policy = oneOf('Cluster', 'Local');

export const serviceValues: ValueFamily = {
  name: 'service-values',
  finds:
    'A value of a Service that is refused: several ports of which one has no name, two ports or node ports that are the same, a port out of range, a type that does not exist or does not go with the rest.',
  why: 'The API server refuses the Service.',
  example: `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: ExternalName, externalName: web.example.org, ports: [{ port: 80 }, { port: 443 }] }
`,
  limits: {
    'core.v1.ServiceSpec': {
      type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
      clusterIP: (value) =>
        typeof value !== 'string' || value === '' || value === 'None' || isIP(value) > 0
          ? undefined
          : { message: `"${value}" is not an address`, remedy: 'state None for a headless Service' },
      sessionAffinity: oneOf('None', 'ClientIP'),
      externalTrafficPolicy: policy,
      internalTrafficPolicy: policy,
      ipFamilyPolicy: oneOf('SingleStack', 'PreferDualStack', 'RequireDualStack'),
      externalName: form(
        /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\.?$/,
        254,
        'a host name without scheme, port or path',
      ),
    },
    'core.v1.ServicePort': { name: dnsLabel, port, targetPort: portReference, protocol },
    'core.v1.ClientIPConfig': { timeoutSeconds: between(1, 86_400) },
  },
  relations: { 'core.v1.ServiceSpec': service },
  *betweenObjects(set) {
    yield* withoutPorts(set);
    yield* nodePortsTwice(set);
  },
};

/** The range that an API server gives ports from unless it is configured with another. */
const nodePort = between(30_000, 32_767);

function* service(at: Cursor): Generator<Violation> {
  const type = at.text('type') ?? 'ClusterIP';
  const ports = at.items('ports');
  yield* addresses(at, type);
  if (ports.length > 1) {
    for (const each of ports) {
      if (each.text('name')) continue;
      yield { at: each.at('name'), message: 'of several ports, each needs a name', remedy: 'state a name' };
    }
  }
  yield* findRepeated(
    ports,
    (each) => each.text('name'),
    (name) => `another port has the name "${name}"`,
    'rename one',
  );
  const numberOf = (each: Cursor) => {
    const number = each.number('port');
    return number === undefined ? undefined : `${number}/${protocolOf(each)}`;
  };
  yield* findRepeated(ports, numberOf, (id) => `there is another port ${id}`, 'state another port, or remove one');
  for (const each of ports.filter((each) => each.number('nodePort'))) {
    const place = each.at('nodePort');
    const refusal = nodePort(place.value);
    if (type === 'ClusterIP') {
      yield { at: place, message: 'a Service of type ClusterIP has no node ports', remedy: 'state type: NodePort' };
    } else if (refusal !== undefined) yield { at: place, ...refusal };
  }
}

function* addresses(at: Cursor, type: string): Generator<Violation> {
  const isHeadless = at.text('clusterIP') === 'None';
  if (type === 'ExternalName') {
    if (at.text('externalName')) return;
    yield { at: at.at('externalName'), message: 'an ExternalName needs a name', remedy: 'state externalName' };
  } else if (isHeadless && (type === 'NodePort' || type === 'LoadBalancer')) {
    yield { at: at.at('clusterIP'), message: `a ${type} cannot be headless`, remedy: 'remove clusterIP, or the type' };
  }
  const traffic = at.at('externalTrafficPolicy');
  if (type === 'ClusterIP' && traffic.exists && at.items('externalIPs').length === 0) {
    yield { at: traffic, message: 'a ClusterIP gets no traffic from outside', remedy: 'remove it' };
  }
}

function protocolOf(at: Cursor): string {
  return at.text('protocol') ?? 'TCP';
}

/** A patch of kustomize leaves the ports to the Service that it is for. */
function* withoutPorts(set: ManifestSet): Generator<Violation> {
  if (set.isKustomizeInput) return;
  for (const spec of set.ofType('Service').map((service) => service.at('spec'))) {
    const needsNone = spec.text('type') === 'ExternalName' || spec.text('clusterIP') === 'None';
    if (!spec.exists || needsNone || spec.items('ports').length > 0) continue;
    yield { at: spec.at('ports'), message: 'a Service needs a port, unless it is headless', remedy: 'state its ports' };
  }
}

/** A node has each port once, whatever the Service. */
function* nodePortsTwice(set: ManifestSet): Generator<Violation> {
  const holders = new Map<string, string>();
  for (const object of set.ofType('Service')) {
    for (const each of object.items('spec', 'ports')) {
      const number = each.number('nodePort');
      if (!number) continue;
      const id = `${number}/${protocolOf(each)}`;
      const name = `${object.namespace}/${object.name}`;
      const holder = holders.get(id) ?? name;
      holders.set(id, holder);
      if (holder === name) continue;
      yield {
        at: each.at('nodePort'),
        message: `node port ${id} is taken by Service ${holder.replace(/^\//, '')}`,
        remedy: 'state another, or leave it to the API server',
      };
    }
  }
}
