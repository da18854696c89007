import type { KubernetesObject } from '../../../lib/cluster/kubernetes-client';
import { checkGateways } from '../../../lib/operations/health/gateways';
import { object, snapshot } from './cluster';

const good = (...types: readonly string[]) => types.map((type) => ({ type, status: 'True' }));
const bad = (type: string, message?: string) => ({ type, status: 'False', reason: 'Invalid', message });

function edgeObject(kind: string, status: object, group = 'gateway.networking.k8s.io'): KubernetesObject {
  return { ...object(kind, 'web', { status }), apiVersion: `${group}/v1` };
}

function details(...found: readonly KubernetesObject[]): string[] {
  return checkGateways(snapshot(found)).map(({ state, object: what, detail }) => `${state} ${what}: ${detail}`);
}

test('an environment without a Gateway has no row', () => {
  expect(details(object('Service', 'web', {}))).toStrictEqual([]);
});

test('a Gateway that serves, its route and the policy for that are healthy', () => {
  const accepted = [{ conditions: good('Accepted', 'ResolvedRefs') }];
  expect(
    details(
      edgeObject('Gateway', { conditions: good('Accepted', 'Programmed') }),
      edgeObject('HTTPRoute', { parents: accepted }),
      edgeObject('BackendTrafficPolicy', { ancestors: [{ conditions: good('Accepted') }] }, 'gateway.envoyproxy.io'),
      edgeObject('RateLimitPolicy', { ancestors: [{ conditions: good('Accepted') }] }, 'gateway.nginx.org'),
    ),
  ).toStrictEqual([
    'ok shop Gateway/web: accepted',
    'ok shop HTTPRoute/web: accepted',
    'ok shop BackendTrafficPolicy/web: accepted',
    'ok shop RateLimitPolicy/web: accepted',
  ]);
});

test.each<[string, object, string]>([
  ['Gateway', { conditions: good('Accepted') }, 'is not Programmed; kubectl describe gateway -n shop web'],
  [
    'Gateway',
    { conditions: [...good('Accepted'), bad('Programmed', 'no address')] },
    'is not Programmed: no address; kubectl describe gateway -n shop web',
  ],
  [
    'HTTPRoute',
    { parents: [{ conditions: [...good('Accepted'), bad('ResolvedRefs')] }] },
    'is not ResolvedRefs: Invalid; kubectl describe httproute -n shop web',
  ],
  [
    'HTTPRoute',
    {},
    'no controller has accepted it; install the implementation, and see kubectl describe httproute -n shop web',
  ],
  ['HTTPRoute', { parents: [{ conditions: [] }] }, 'is not Accepted; kubectl describe httproute -n shop web'],
])('a %s with the status %j fails', (kind, status, detail) => {
  expect(details(edgeObject(kind, status))).toStrictEqual([`failed shop ${kind}/web: ${detail}`]);
});
