import { findingsAfter, put, remove } from './changes';
import { testRule, together, workloadWith } from './rule-cases';

describe('policy-selectors', () => {
  test('a policy that selects no pod', () => {
    expect(
      findingsAfter([
        put('shop NetworkPolicy/database', '/spec/podSelector/matchLabels/app.kubernetes.io~1name', 'postgres'),
      ]),
    ).toEqual([
      'policy-selectors | shop NetworkPolicy/database: spec.podSelector: app.kubernetes.io/name=postgres selects no pod',
    ]);
  });
});

describe('policy-peers', () => {
  test('a peer without pods', () => {
    expect(
      findingsAfter([
        put(
          'shop NetworkPolicy/web',
          '/spec/egress/0/to/0/podSelector/matchLabels/app.kubernetes.io~1name',
          'postgres',
        ),
      ]),
    ).toEqual([
      'policy-peers | shop NetworkPolicy/web: spec.egress[0].to[0]: app.kubernetes.io/name=postgres selects no pod in shop',
    ]);
  });

  test('a peer without pods in a namespace of the set', () => {
    expect(
      findingsAfter([
        put(
          'shop NetworkPolicy/web',
          '/spec/ingress/0/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name',
          'vault',
        ),
      ]),
    ).toEqual([
      'policy-peers | shop NetworkPolicy/web: spec.ingress[0].from[0]: app.kubernetes.io/name=ingress-nginx selects no pod in vault',
    ]);
  });

  test('a peer on the host network', () => {
    expect(
      findingsAfter([
        put('shop NetworkPolicy/web', '/spec/egress/0', {
          to: [{ podSelector: { matchLabels: { app: 'node-agent' } } }],
          ports: [{ port: 9100 }],
        }),
      ]),
    ).toEqual([
      'policy-peers | shop NetworkPolicy/web: spec.egress[0].to[0]: app=node-agent selects shop DaemonSet/node-agent, which is on the host network: no selector reaches it there',
    ]);
  });
});

describe('policy-ports', () => {
  test("a Service's port instead of the pods'", () => {
    expect(findingsAfter([put('shop NetworkPolicy/web', '/spec/ingress/0/ports/0/port', 80)])).toEqual([
      'policy-ports | shop NetworkPolicy/web: spec.ingress[0].ports[0].port: no pod that the rule is about has port 80/TCP (they have http 8080/TCP, metrics 8080/TCP, logs 5140/UDP)',
    ]);
  });

  test('a port that the peer does not have', () => {
    expect(findingsAfter([put('shop NetworkPolicy/web', '/spec/egress/0/ports/0/port', 5433)])).toEqual([
      'policy-ports | shop NetworkPolicy/web: spec.egress[0].ports[0].port: no pod that the rule is about has port 5433/TCP (they have postgres 5432/TCP, metrics 9187/TCP)',
    ]);
  });
});

const policy = (spec: string) =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web, namespace: shop}, spec: {${spec}}}`;
const web = workloadWith('Deployment', '', 'ports: [{name: http, containerPort: 8080}]');

testRule('policy-port-names', {
  good: [
    ['a name that the pods have', together(web, policy('podSelector: {}, ingress: [{ports: [{port: http}]}]'))],
    ['a number, which is of class policy', together(web, policy('podSelector: {}, ingress: [{ports: [{port: 80}]}]'))],
    ['pods that are not here', policy('podSelector: {}, ingress: [{ports: [{port: http}]}]')],
  ],
  bad: [
    ['a name of no port', together(web, policy('podSelector: {}, ingress: [{ports: [{port: web}]}]'))],
    [
      'the name of a port of another protocol',
      together(web, policy('podSelector: {}, ingress: [{ports: [{port: http, protocol: UDP}]}]')),
    ],
  ],
});

testRule('policy-types', {
  good: [
    ['both', policy('podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]')],
    ['none stated, and rules for both', policy('podSelector: {}, ingress: [{}], egress: [{}]')],
    ['no rules', policy('podSelector: {}, policyTypes: [Ingress], egress: []')],
  ],
  bad: [
    ['rules for egress', policy('podSelector: {}, policyTypes: [Ingress], egress: [{}]')],
    ['rules for ingress', policy('podSelector: {}, policyTypes: [Egress], ingress: [{}]')],
  ],
});

describe('default-deny', () => {
  test('no policy for egress', () => {
    expect(findingsAfter([put('vault NetworkPolicy/default-deny', '/spec/policyTypes', ['Ingress'])])).toEqual([
      'default-deny | vault Pod/reader: metadata.labels: no NetworkPolicy denies Egress to these pods',
    ]);
  });

  test('no policy at all', () => {
    expect(findingsAfter([remove('vault NetworkPolicy/default-deny')])).toEqual([
      'default-deny | vault Pod/reader: metadata.labels: no NetworkPolicy denies Ingress and Egress to these pods',
    ]);
  });
});

test('no policy reaches a pod on the host network', () => {
  const changes = [remove('vault NetworkPolicy/default-deny'), put('vault Pod/reader', '/spec/hostNetwork', true)];
  expect(findingsAfter(changes)).toEqual([]);
});
