import type { ConnectionGraph } from '../../lib/lint/rule';
import type { WorkloadPeer } from '../../lib/platform/connection';
import { type Change, findingsAfter, put } from './changes';
import { controller, internet, sampleConnections, store, tcp } from './sample-connections';

const { connections } = sampleConnections;

function findings(changes: readonly Change[], graph: Partial<ConnectionGraph> = {}): string[] {
  return findingsAfter(changes, { graphs: [{ ...sampleConnections, ...graph }] }, 'sample-network.yaml');
}

test('a graph and the policies that say the same', () => {
  expect(findings([])).toEqual([]);
});

describe('missing-connections', () => {
  test('an ingress that no policy allows', () => {
    expect(findings([put('sample NetworkPolicy/store', '/spec/ingress', [])])).toEqual([
      'missing-connections | sample Deployment/store: spec.template.metadata.labels: the graph has workload api -> workload store, but no policy allows ingress on 5432/TCP',
    ]);
  });

  test('an egress that no policy allows', () => {
    const graph = { connections: [...connections, { from: store, to: internet, ports: [tcp(443)] }] };
    expect(findings([], graph)).toEqual([
      'missing-connections | sample Deployment/store: spec.template.metadata.labels: the graph has workload store -> internet, but no policy allows egress on 443/TCP',
    ]);
  });

  test('a workload that does not exist', () => {
    const cache: WorkloadPeer = { kind: 'workload', name: 'cache', podLabels: { app: 'cache' } };
    const graph = { connections: [...connections, { from: controller, to: cache, ports: [tcp(6379)] }] };
    expect(findings([], graph)).toEqual([
      'missing-connections | missing-connections: the graph has ingress controller -> workload cache, but sample has no pods with app=cache',
    ]);
  });
});

describe('unexpected-connections', () => {
  const anotherPort = { port: 8081, protocol: 'TCP' };

  test('a port that is not in the graph', () => {
    expect(
      findings([
        put('sample Deployment/api', '/spec/template/spec/containers/0/ports/1', { containerPort: 8081 }),
        put('sample NetworkPolicy/api', '/spec/ingress/0/ports/1', anotherPort),
      ]),
    ).toEqual([
      'unexpected-connections | sample NetworkPolicy/api: spec.ingress[0].from[0]: the graph has no such connection between api and app=controller of ingress',
    ]);
  });

  test('a peer that is not in the graph', () => {
    const everyPod = { podSelector: {} };
    expect(findings([put('sample NetworkPolicy/store', '/spec/ingress/0/from/1', everyPod)])).toEqual([
      'unexpected-connections | sample NetworkPolicy/store: spec.ingress[0].from[1]: the graph has no such connection between store and store',
    ]);
  });

  test('addresses that are not in the graph', () => {
    expect(findings([put('sample NetworkPolicy/api', '/spec/egress/1/to/0/ipBlock/except', undefined)])).toEqual([
      'missing-connections | sample Deployment/api: spec.template.metadata.labels: the graph has workload api -> internet, but no policy allows egress on 443/TCP',
      'unexpected-connections | sample NetworkPolicy/api: spec.egress[1].to[0]: the graph has no such connection between api and 0.0.0.0/0',
    ]);
  });

  test('every peer and every port', () => {
    expect(findings([put('sample NetworkPolicy/api', '/spec/ingress/1', {})])).toEqual([
      'unexpected-connections | sample NetworkPolicy/api: spec.ingress[1]: the rule allows every peer',
      'unexpected-connections | sample NetworkPolicy/api: spec.ingress[1]: the rule allows every port',
    ]);
  });
});
