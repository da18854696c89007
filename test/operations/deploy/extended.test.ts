import { ApiObject } from 'cdk8s';
import { checkHealth } from '../../../lib/operations/health/health';
import { takeSnapshot } from '../../../lib/operations/health/snapshot';
import type { AddOn } from '../../../lib/platform/add-on';
import type { Environment } from '../../../lib/platform/environment';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { readTopology } from '../../../lib/topology/topology';
import { veza } from '../../../lib/veza/veza';
import { DeployHarness } from '../../support/deploy-harness';
import { staging } from '../../support/environments/staging';

const amounts = { cpu: '50m', memory: '64Mi', ephemeralStorage: '64Mi' };
const resources = { requests: amounts, limits: amounts };

const queue: AddOn = {
  name: 'queue',
  workloads: () => [
    {
      usage: { workload: 'queue', pods: 3, containers: [resources], initContainers: [], claims: [] },
      calls: [],
      calledBy: [{ name: 'backend-api', ports: [4222] }],
      metricsPort: 'none',
    },
  ],
  make: (scope, { labels }) => {
    const own = labels('queue', 'queue');
    const plain = { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' };
    new ApiObject(scope, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'queue' } });
    new ApiObject(scope, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'queue', labels: own },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'queue' } },
        template: {
          metadata: { labels: own },
          spec: {
            serviceAccountName: 'queue',
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name: 'queue',
                image: 'registry.example.com/queue:v2',
                ports: [{ name: 'queue', containerPort: 4222, protocol: 'TCP' }],
                resources: { requests: plain, limits: plain },
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              },
            ],
          },
        },
      },
    });
  },
};

/** Staging without servers of monitoring and logs, with an account, a sidecar and an add-on. */
const environment: Environment<typeof veza> = {
  ...staging,
  monitoring: { kind: 'none' },
  logs: { kind: 'none' },
  extensions: [
    {
      target: { service: 'backend-api' },
      pod: {
        serviceAccount: { labels: {}, annotations: { 'example.com/role': 'api' } },
        sidecars: [{ name: 'proxy', image: 'registry.example.com/proxy:v1', uid: 65532, resources }],
        calls: [{ name: 'metadata server', cidrs: ['169.254.169.254/32'], ports: [80] }],
      },
    },
  ],
  addOns: [queue],
};

test('what is added is deployed, stays at the next release, and is checked by health', async () => {
  const harness = new DeployHarness(environment);
  for (const version of ['v1.0.0', 'v1.1.0']) {
    expect(await harness.deploy(version)).toStrictEqual({ done: `${version} is deployed to staging` });
  }
  const { cluster } = harness;
  expect(harness.ready).toContain('veza-backend-api');
  const pods = cluster.objects.all('Pod', 'veza-staging');
  expect(pods.filter((pod) => JSON.stringify(pod).includes('"name":"proxy"'))).not.toStrictEqual([]);
  const { rows } = checkHealth(environment, await takeSnapshot(cluster, veza, environment, cluster.clock));
  expect(rows).toContainEqual(expect.objectContaining({ state: 'ok', object: 'veza-staging Deployment/queue' }));
  expect(rows.filter(({ check, state }) => check !== 'backup' && state === 'failed')).toStrictEqual([]);
});

test('the diagram shows what is called besides', () => {
  const edges = readTopology(renderEnvironment(veza, environment).objects).map(
    ({ from, to, ports }) => `${from.name} ${to.name} ${ports}`,
  );
  expect(edges).toContain('veza-backend-api queue 4222');
  expect(edges.filter((edge) => /^veza-backend-api .*169\.254\.169\.254.* 80$/.test(edge))).toHaveLength(1);
});

test('Argo CD makes an added account before the workload', () => {
  const deployment = { ...environment.deployment, delivery: 'argo-cd' } as const;
  const { objects } = renderEnvironment(veza, { ...environment, deployment });
  const wave = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name)?.metadata.annotations?.[
      'argocd.argoproj.io/sync-wave'
    ];
  expect([wave('ServiceAccount', 'veza-backend-api'), wave('Deployment', 'veza-backend-api')]).toStrictEqual([
    '-5',
    '10',
  ]);
  expect([wave('ServiceAccount', 'queue'), wave('Deployment', 'queue')]).toStrictEqual(['-5', '10']);
});
