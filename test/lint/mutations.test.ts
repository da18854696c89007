import { fixture } from './fixtures';
import { type Exemption, mutateReferences } from './mutations';
import { sampleConnections } from './sample-connections';

/** What the well-made set refers to on purpose although it cannot be known here. */
const exemptions: readonly Exemption[] = [
  { pattern: /Certificate\/internal: spec\.issuerRef/, reason: 'an issuer outside the set' },
  { pattern: /HorizontalPodAutoscaler\/elsewhere: /, reason: 'a kind that no rule knows' },
  { pattern: /Rollout\/checkout: spec\.selector/, reason: 'a selector of a custom kind' },
  { pattern: /Bundle\/company-ca: |volumes\[3\]\.configMap/, reason: 'trust-manager makes the ConfigMap' },
  { pattern: /volumes\[[12]\]\.configMap\.items/, reason: 'operators inject the keys' },
  { pattern: /env\[2\]\.valueFrom\.secretKeyRef\.key/, reason: 'an ExternalSecret with dataFrom has unknown keys' },
  { pattern: /Ingress\/shop: spec\.tls\[0\]\.secretName/, reason: 'cert-manager makes a Secret of whatever name' },
  { pattern: /Ingress\/landing: spec\.tls\[0\]\.hosts\[1\]/, reason: 'the controller serves hosts that no rule has' },
  { pattern: /Ingress\/shop-canary: spec\.rules\[0\]\.host/, reason: 'a host of its own is as good' },
  { pattern: /Ingress\/legacy: .*port\.number/, reason: 'an ExternalName has the ports of what it names' },
  { pattern: /(Deployment|Service)\/echo: /, reason: 'pods that state no port may listen on any' },
  { pattern: /NetworkPolicy\/acme-solver: /, reason: 'the pods are made by cert-manager' },
  { pattern: /NetworkPolicy\/web: spec\.ingress\[0\]\.from/, reason: 'the peers are in namespaces outside the set' },
  { pattern: /NetworkPolicy\/web: spec\.egress\[[123]\]/, reason: 'the peers are outside, and there is no graph' },
  { pattern: /NetworkPolicy\/database: .*matchExpressions/, reason: 'one of two values still selects a pod' },
  {
    pattern: /RoleBinding\/.*: subjects\[\d\]\.(name|namespace)/,
    reason: 'users, groups and accounts outside the set',
  },
  { pattern: /shop-auditors: roleRef\.name|aggregationRule/, reason: 'roles that the cluster brings along' },
  { pattern: /Pod\/reader: .*env\[[567]\]\.value/, reason: 'the pod states no port to compare with' },
  { pattern: /containerPort/, reason: 'a port that nothing refers to by number may be any' },
];

test('every reference that is renamed is noticed', () => {
  const report = mutateReferences(fixture('well-made'), { policy: true }, exemptions);
  expect(report).toEqual({ made: 112, caught: 112, exempt: 64, missed: [], stale: [] });
});

const ofOperators: readonly Exemption[] = [
  { pattern: /containerPort/, reason: 'a port that nothing refers to by number may be any' },
];

test('every reference from and to objects of operators that is renamed is noticed', () => {
  const report = mutateReferences(fixture('operators.yaml'), { policy: true }, ofOperators);
  expect(report).toMatchObject({ missed: [], stale: [] });
  expect(report.caught).toBeGreaterThan(25);
});

test('every port and peer that is renamed is noticed where there is a graph', () => {
  const report = mutateReferences(fixture('sample-network.yaml'), { policy: true, graphs: [sampleConnections] });
  expect(report).toEqual({ made: 16, caught: 16, exempt: 0, missed: [], stale: [] });
});
