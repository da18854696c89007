import { NetworkPolicies } from '../../../lib/constructs/network/network-policies';
import { internet, ipBlocks, namespacePods, tcp, workload } from '../../../lib/constructs/network/well-known-peers';
import type { Connection } from '../../../lib/platform/connection';
import { idOf } from '../../support/manifests';
import { namespaceScope } from '../../support/shop';
import { synthesized, yamlOf } from '../../support/synth';

const [site, catalog] = [workload('shop-site'), workload('shop-catalog')];

const connections: Connection[] = [
  { from: namespacePods('gateway', 'gateway'), to: site, ports: [tcp(4000)] },
  { from: ipBlocks('nodes', ['10.9.0.0/16']), to: site, ports: [tcp(4000)] },
  { from: namespacePods('monitoring', 'monitoring', { app: 'prometheus' }), to: site, ports: [tcp(4001)] },
  { from: site, to: catalog, ports: [tcp(3000)] },
  { from: site, to: ipBlocks('managed database', ['10.2.0.0/24']), ports: [tcp(5433)] },
  { from: catalog, to: internet, ports: [tcp(443), { port: 443, protocol: 'UDP' }] },
];

test('a graph becomes a policy for each workload, and everything else is denied', () => {
  expect(
    yamlOf((scope) => new NetworkPolicies(scope, 'network', { namespaceScope, connections })),
  ).toMatchInlineSnapshot(`
"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: default-deny
  namespace: shop-test
spec:
  podSelector: {}
  policyTypes:
    - Ingress
    - Egress
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-site
  namespace: shop-test
spec:
  egress:
    - ports:
        - port: 3000
          protocol: TCP
      to:
        - podSelector:
            matchLabels:
              app: shop-catalog
    - ports:
        - port: 5433
          protocol: TCP
      to:
        - ipBlock:
            cidr: 10.2.0.0/24
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: gateway
        - ipBlock:
            cidr: 10.9.0.0/16
      ports:
        - port: 4000
          protocol: TCP
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
          podSelector:
            matchLabels:
              app: prometheus
      ports:
        - port: 4001
          protocol: TCP
  podSelector:
    matchLabels:
      app: shop-site
  policyTypes:
    - Ingress
    - Egress
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-catalog
  namespace: shop-test
spec:
  egress:
    - ports:
        - port: 443
          protocol: TCP
        - port: 443
          protocol: UDP
      to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except:
              - 0.0.0.0/8
              - 10.0.0.0/8
              - 100.64.0.0/10
              - 127.0.0.0/8
              - 168.63.129.16/32
              - 169.254.0.0/16
              - 172.16.0.0/12
              - 192.0.0.0/24
              - 192.168.0.0/16
              - 198.18.0.0/15
              - 224.0.0.0/4
              - 240.0.0.0/4
        - ipBlock:
            cidr: ::/0
            except:
              - ::1/128
              - 64:ff9b::/96
              - 64:ff9b:1::/48
              - 2002::/16
              - fc00::/7
              - fe80::/10
              - ff00::/8
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: shop-site
      ports:
        - port: 3000
          protocol: TCP
  podSelector:
    matchLabels:
      app: shop-catalog
  policyTypes:
    - Ingress
    - Egress
"
`);
});

test('without connections everything is denied', () => {
  const objects = synthesized((scope) => new NetworkPolicies(scope, 'network', { namespaceScope, connections: [] }));
  expect(objects.map(idOf)).toStrictEqual(['NetworkPolicy/default-deny']);
  expect(objects[0]?.spec).toStrictEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
});

test('a workload that only takes connections opens none', () => {
  const [, policy] = synthesized((scope) => {
    new NetworkPolicies(scope, 'network', {
      namespaceScope,
      connections: [{ from: internet, to: site, ports: [tcp(1)] }],
    });
  });
  expect(policy?.spec).not.toHaveProperty('egress');
  expect(policy?.spec?.policyTypes).toStrictEqual(['Ingress', 'Egress']);
});

test('a peer without addresses is allowed nothing: a rule without peers would allow every peer', () => {
  const [, policy] = synthesized((scope) => {
    const empty = { from: ipBlocks('empty', []), to: site, ports: [tcp(4000)] };
    new NetworkPolicies(scope, 'network', { namespaceScope, connections: [empty] });
  });
  expect(policy?.spec).not.toHaveProperty('ingress');
});

test('where others run pods of their own, only those of the graph are restricted', () => {
  const policies = synthesized(
    (scope) => new NetworkPolicies(scope, 'network', { namespaceScope, connections, others: 'open' }),
  );
  expect(policies.map(({ metadata }) => metadata.name)).toStrictEqual(['shop-site', 'shop-catalog']);
});
