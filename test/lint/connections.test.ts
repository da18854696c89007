import type { ConnectionGraph } from '../../lib/lint/rule';
import type { WorkloadPeer } from '../../lib/platform/connection';
import { type Change, findingsAfter, put } from './changes';
import { controller, internet, store, tcp, townGraph } from './town-graph';

const { connections } = townGraph;

function findings(changes: readonly Change[], graph: Partial<ConnectionGraph> = {}): string[] {
  return findingsAfter(changes, { graphs: [{ ...townGraph, ...graph }] }, 'town.yaml');
}

test('a graph and the policies that say the same', () => {
  expect(findings([])).toEqual([]);
});

describe('missing-connections', () => {
  test('an ingress that no policy allows', () => {
    expect(findings([put('town NetworkPolicy/store', '/spec/ingress', [])])).toEqual([
      'missing-connections | town Deployment/store: spec.template.metadata.labels: the graph has workload api -> workload store, but no policy allows ingress on 5432/TCP',
    ]);
  });

  test('an egress that no policy allows', () => {
    const graph = { connections: [...connections, { from: store, to: internet, ports: [tcp(443)] }] };
    expect(findings([], graph)).toEqual([
      'missing-connections | town Deployment/store: spec.template.metadata.labels: the graph has workload store -> internet, but no policy allows egress on 443/TCP',
    ]);
  });

  test('a workload that does not exist', () => {
    const cache: WorkloadPeer = { kind: 'workload', name: 'cache', podLabels: { app: 'cache' } };
    const graph = { connections: [...connections, { from: controller, to: cache, ports: [tcp(6379)] }] };
    expect(findings([], graph)).toEqual([
      'missing-connections | missing-connections: the graph has ingress controller -> workload cache, but town has no pods with app=cache',
    ]);
  });
});

describe('unexpected-connections', () => {
  const anotherPort = { port: 8081, protocol: 'TCP' };

  test('a port that nobody asked for', () => {
    expect(
      findings([
        put('town Deployment/api', '/spec/template/spec/containers/0/ports/1', { containerPort: 8081 }),
        put('town NetworkPolicy/api', '/spec/ingress/0/ports/1', anotherPort),
      ]),
    ).toEqual([
      'unexpected-connections | town NetworkPolicy/api: spec.ingress[0].from[0]: the graph has no such connection between api and app=controller of ingress',
    ]);
  });

  test('a peer that nobody asked for', () => {
    const everyPod = { podSelector: {} };
    expect(findings([put('town NetworkPolicy/store', '/spec/ingress/0/from/1', everyPod)])).toEqual([
      'unexpected-connections | town NetworkPolicy/store: spec.ingress[0].from[1]: the graph has no such connection between store and store',
    ]);
  });

  test('addresses that nobody asked for', () => {
    expect(findings([put('town NetworkPolicy/api', '/spec/egress/1/to/0/ipBlock/except', undefined)])).toEqual([
      'missing-connections | town Deployment/api: spec.template.metadata.labels: the graph has workload api -> internet, but no policy allows egress on 443/TCP',
      'unexpected-connections | town NetworkPolicy/api: spec.egress[1].to[0]: the graph has no such connection between api and 0.0.0.0/0',
    ]);
  });

  test('anybody, and every port', () => {
    expect(findings([put('town NetworkPolicy/api', '/spec/ingress/1', {})])).toEqual([
      'unexpected-connections | town NetworkPolicy/api: spec.ingress[1]: the rule allows every peer',
      'unexpected-connections | town NetworkPolicy/api: spec.ingress[1]: the rule allows every port',
    ]);
  });
});
