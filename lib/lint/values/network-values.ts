import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Cursor } from '../../manifests/cursor';
import { rememberTexts } from '../../manifests/remember';
import type { Violation } from '../rule';
import {
  between,
  dnsName,
  type Limit,
  oneOf,
  port,
  portReference,
  protocol,
  requireElements,
  requireExactlyOne,
  type ValueFamily,
} from './value-family';

export const networkValues: ValueFamily = {
  name: 'network-values',
  finds:
    'A value of an Ingress or NetworkPolicy that is refused: a path without a type or a slash, an Ingress without rules, a host that is an address, a range of ports or addresses that does not fit.',
  why: 'The API server refuses the object.',
  example: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egres]
  egress:
    - to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [192.168.0.0/16] } }]
      ports: [{ port: 9000, endPort: 8000 }]
`,
  limits: {
    'networking.v1.HTTPIngressPath': { pathType: oneOf('Exact', 'Prefix', 'ImplementationSpecific') },
    'networking.v1.ServiceBackendPort': { number: port },
    'networking.v1.IngressRule': { host },
    'networking.v1.NetworkPolicyPort': { protocol, port: portReference, endPort: between(1, 65_535) },
    'networking.v1.IPBlock': { cidr },
  },
  relations: {
    'networking.v1.Ingress': ingressClass,
    'networking.v1.IngressSpec': ingress,
    'networking.v1.HTTPIngressPath': ingressPath,
    'networking.v1.HTTPIngressRuleValue': (at) => requireElements(at.at('paths')),
    'networking.v1.IngressBackend': (at) => requireExactlyOne(at, ['service', 'resource']),
    'networking.v1.IngressServiceBackend': ingressService,
    'networking.v1.NetworkPolicySpec': networkPolicy,
    'networking.v1.NetworkPolicyPort': policyPort,
    'networking.v1.NetworkPolicyPeer': policyPeer,
    'networking.v1.IPBlock': ipBlock,
  },
};

function host(value: unknown): ReturnType<Limit> {
  if (typeof value !== 'string' || value === '') return undefined;
  // Node's expression of IPv6 takes 5 ms to compile.
  if (/^[\d.]+$|:/.test(value) && isIP(value) !== 0)
    return { message: `${value} is an address, not a name`, remedy: 'state a host name' };
  return (
    dnsName(value.replace(/^\*\./, '')) && { message: `"${value}" is not a host name`, remedy: 'state a host name' }
  );
}

function cidr(value: unknown): ReturnType<Limit> {
  if (typeof value !== 'string' || rangeOf(value) !== undefined) return undefined;
  return { message: `"${value}" is not a range of addresses`, remedy: 'state one such as 10.0.0.0/8' };
}

/** Clusters that have such an object from before keep it; a new one is refused. */
function* ingressClass(at: Cursor): Generator<Violation> {
  const annotation = at.at('metadata', 'annotations', 'kubernetes.io/ingress.class');
  if (!annotation.exists || !at.has('spec', 'ingressClassName')) return;
  yield { at: annotation, message: 'the Ingress has an ingressClassName too', remedy: 'remove the annotation' };
}

function* ingress(at: Cursor): Generator<Violation> {
  if (at.items('rules').length > 0 || at.has('defaultBackend')) return;
  yield { at: at.at('rules'), message: 'an Ingress needs rules or a default backend', remedy: 'state one of the two' };
}

function* ingressPath(at: Cursor): Generator<Violation> {
  const path = at.at('path');
  const stated = path.text() ?? '';
  const isExact = ['Exact', 'Prefix'].includes(at.text('pathType') ?? '');
  if ((isExact || stated !== '') && !stated.startsWith('/')) {
    yield { at: path, message: `a path begins with "/" (got "${stated}")`, remedy: `write /${stated}` };
  } else if (isExact && /\/\/|\/\.\.?(\/|$)|%2f/i.test(stated)) {
    yield { at: path, message: `"${stated}" is not a normalized path`, remedy: 'write it without "//", "." and ".."' };
  }
}

function* ingressService(at: Cursor): Generator<Violation> {
  if (at.has('port')) yield* requireExactlyOne(at.at('port'), ['name', 'number']);
  else yield { at: at.at('port'), message: 'the backend has no port', remedy: 'state its name or number' };
}

const direction = oneOf('Ingress', 'Egress');

function* networkPolicy(at: Cursor): Generator<Violation> {
  for (const type of at.items('policyTypes')) {
    const refusal = direction(type.value);
    if (refusal !== undefined) yield { at: type, ...refusal };
  }
}

function* policyPort(at: Cursor): Generator<Violation> {
  const end = at.at('endPort');
  if (!end.exists) return;
  const [first, last] = [at.number('port'), end.number()];
  if (first === undefined) {
    yield { at: end, message: 'a range begins with a number', remedy: 'state port as a number' };
  } else if (last !== undefined && last < first) {
    yield { at: end, message: `the range ends at ${last}, before it begins at ${first}`, remedy: 'swap the two' };
  }
}

function* policyPeer(at: Cursor): Generator<Violation> {
  const selectors = ['podSelector', 'namespaceSelector'].filter((field) => at.has(field));
  const block = at.at('ipBlock');
  if (block.exists && selectors.length > 0) {
    yield {
      at: block,
      message: `ipBlock cannot be joined with ${selectors.join(' and ')}`,
      remedy: 'make two peers of it',
    };
  } else if (!block.exists && selectors.length === 0) {
    yield { at, message: 'the peer states nothing', remedy: 'state a selector or an ipBlock' };
  }
}

function* ipBlock(at: Cursor): Generator<Violation> {
  const whole = rangeOf(at.text('cidr') ?? '');
  for (const part of at.items('except')) {
    const refusal = cidr(part.value);
    const range = rangeOf(part.text() ?? '');
    if (refusal !== undefined) yield { at: part, ...refusal };
    else if (whole !== undefined && range !== undefined && !isWithin(range, whole)) {
      yield {
        at: part,
        message: `${part.value} is not within ${at.text('cidr')}`,
        remedy: 'state a part of the range',
      };
    }
  }
}

type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** To parse a range takes long, and policies state the same ones. */
const rangeOf = rememberTexts((text): Range | undefined => {
  const family = text.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4;
  return family.isValidCIDR(text) ? family.parseCIDR(text) : undefined;
});

/** Whether a range is a part of another, and not all of it. */
function isWithin([address, bits]: Range, [network, length]: Range): boolean {
  return address.kind() === network.kind() && bits > length && address.match(network, length);
}
