import { ApiObject } from 'cdk8s';
import { parse } from 'yaml';
import { listAddedDatabaseClients } from '../../lib/charts/environment-connections';
import type { AddOn, AddOnAlert, AddOnWorkload } from '../../lib/platform/add-on';
import type { Environment } from '../../lib/platform/environment';
import { validateEnvironment } from '../../lib/platform/environment-validation';
import { ValidationError } from '../../lib/platform/errors';
import { buildEnvironment, lintOutput } from '../../lib/synth/render-environment';
import { behindGateway, gatewayOfKind } from '../support/edges';
import { staging } from '../support/environments/staging';
import { idOf, type Manifest } from '../support/manifests';
import { operatorMonitoring } from '../support/operated';
import { shop, shopTest } from '../support/shop';

type Shop = Environment<typeof shop>;

const bare: Shop = { ...shopTest, monitoring: { kind: 'none' } };
const amounts = { cpu: '100m', memory: '32Mi', ephemeralStorage: '32Mi' };
const plain = { cpu: '100m', memory: '32Mi', 'ephemeral-storage': '32Mi' };

const usage = {
  workload: 'queue',
  pods: 3,
  containers: [{ requests: amounts, limits: amounts }],
  initContainers: [],
  claims: [],
};
const workload: AddOnWorkload = {
  usage,
  calls: ['database', { name: 'license server', cidrs: ['10.8.0.1/32'], ports: [8443] }],
  calledBy: [
    { name: 'catalog', ports: [4222] },
    { name: 'queue', ports: [6222] },
    { name: 'edge', ports: [8080] },
  ],
  metricsPort: 7777,
};

/** An add-on as another project writes it, with objects that state no namespace. */
function queue(image = 'registry.test/queue:v1', change: Partial<AddOnWorkload> = {}): AddOn {
  return {
    name: 'queue',
    workloads: () => [{ ...workload, ...change }],
    make: (scope, { labels, priorities }) => {
      const own = labels('queue', 'queue');
      const ports = [
        { name: 'queue', containerPort: 4222, protocol: 'TCP' },
        { name: 'routes', containerPort: 6222, protocol: 'TCP' },
        { name: 'web', containerPort: 8080, protocol: 'TCP' },
        { name: 'metrics', containerPort: 7777, protocol: 'TCP' },
      ];
      new ApiObject(scope, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'queue' } });
      new ApiObject(scope, 'role', {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'shop-test-queue', labels: { environment: 'own' } },
        rules: [],
      });
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
              priorityClassName: priorities.stores,
              securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
              containers: [
                {
                  name: 'queue',
                  image,
                  ports,
                  resources: { requests: plain, limits: plain },
                  securityContext: {
                    allowPrivilegeEscalation: false,
                    capabilities: { drop: ['ALL'] },
                    readOnlyRootFilesystem: true,
                  },
                },
              ],
            },
          },
        },
      });
    },
  };
}

function build(addOns: readonly AddOn[], environment: Shop = bare) {
  const output = buildEnvironment(shop, { ...environment, addOns });
  return { output, objects: Object.values(output.files).flat() as readonly Manifest[] };
}

function find(objects: readonly Manifest[], id: string) {
  // biome-ignore lint/suspicious/noExplicitAny: the fields of an object are what the tests are about
  return objects.find((object) => idOf(object) === id) as any;
}

/** The lines of the error that add-ons are refused with. */
function refusal(...addOns: readonly AddOn[]): readonly string[] {
  try {
    build(addOns);
  } catch (error) {
    if (error instanceof ValidationError) return error.problems;
    throw error;
  }
  return [];
}

const without = build([]);
const { objects, output } = build([queue()]);

test('its objects come last, with the namespace and the labels of the environment where they state none', () => {
  expect(objects.slice(-3).map(idOf)).toStrictEqual([
    'ServiceAccount/queue',
    'ClusterRole/shop-test-queue',
    'Deployment/queue',
  ]);
  const [account, role, deployment] = objects.slice(-3);
  const labels = { 'app.kubernetes.io/part-of': 'shop', 'app.kubernetes.io/managed-by': 'cdk8s', environment: 'test' };
  expect(account?.metadata).toStrictEqual({ name: 'queue', namespace: 'shop-test', labels });
  expect(role?.metadata).toStrictEqual({ name: 'shop-test-queue', labels: { ...labels, environment: 'own' } });
  expect(deployment?.metadata.labels).toMatchObject({
    ...labels,
    app: 'queue',
    'app.kubernetes.io/component': 'queue',
  });
  expect(JSON.stringify(deployment)).toContain('"priorityClassName":"shop-test-stores"');
});

test('the linter finds nothing, and whatever is wrong in it', () => {
  expect(lintOutput(output)).toStrictEqual([]);
  expect(lintOutput(build([queue('registry.test/queue:latest')]).output).join()).toMatch(/queue:latest/);
  const small = { ...usage, pods: 0 };
  expect(lintOutput(build([queue(undefined, { usage: small })]).output).join()).toMatch(/quota/);
});

test('its pods are counted in the quota', () => {
  const pods = (set: readonly Manifest[]) => Number(find(set, 'ResourceQuota/shop-quota').spec.hard.pods);
  expect(pods(objects) - pods(without.objects)).toBe(3);
});

test('the network lets it call and be called, and nothing else', () => {
  const { ingress, egress } = find(objects, 'NetworkPolicy/queue').spec;
  const portsOf = (rules: { ports: { port: number }[] }[]) => rules.map(({ ports }) => ports.map(({ port }) => port));
  expect(portsOf(ingress)).toStrictEqual([[4222], [6222], [8080]]);
  expect(ingress[0].from).toStrictEqual([{ podSelector: { matchLabels: { app: 'shop-catalog' } } }]);
  expect(ingress[2].from).toStrictEqual([
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'gateway' } } },
  ]);
  expect(portsOf(egress)).toStrictEqual([[6222], [5433], [8443], [53, 53]]);
  const called = find(objects, 'NetworkPolicy/shop-catalog').spec.egress;
  expect(portsOf(called)).toContainEqual([4222]);
});

test('a monitored environment scrapes it, and misses it', () => {
  const monitored = build([queue()], shopTest);
  expect(lintOutput(monitored.output)).toStrictEqual([]);
  const configuration = find(monitored.objects, 'ConfigMap/prometheus-config').data['prometheus.yml'];
  expect(configuration).toContain('job_name: queue\n');
  const { egress } = find(monitored.objects, 'NetworkPolicy/prometheus').spec;
  expect(JSON.stringify(egress)).toContain('"port":7777');
  expect(find(monitored.objects, 'ConfigMap/prometheus-rules').data['targets.yaml']).toMatch(/queue/);
  const scraped = build([queue(undefined, { metricsPort: 'none' })], shopTest);
  expect(find(scraped.objects, 'ConfigMap/prometheus-config').data['prometheus.yml']).not.toContain('queue');
  expect(lintOutput(scraped.output)).toStrictEqual([]);
});

const full: AddOnAlert = {
  name: 'QueueFull',
  severity: 'warning',
  expr: 'queue_messages{job="queue"} > 1000',
  for: '10m',
  summary: 'The queue of {{ $labels.instance }} is full',
  description: '{{ $labels.instance }} has held {{ $value }} messages for 10 minutes.',
  runbook: 'https://example.com/runbooks/QueueFull',
};

test('its alerts are among the rules, with the runbook that it states', () => {
  const alerting = { ...queue(), alerts: () => [full] };
  const monitored = build([alerting], shopTest);
  expect(lintOutput(monitored.output)).toStrictEqual([]);
  const rules = find(monitored.objects, 'ConfigMap/prometheus-rules').data['add-on-queue.yaml'];
  expect(parse(rules).groups[0].rules).toStrictEqual([
    {
      alert: 'QueueFull',
      expr: full.expr,
      for: '10m',
      labels: { severity: 'warning' },
      annotations: { summary: full.summary, description: full.description, runbook_url: full.runbook },
    },
  ]);
  const monitoring = { ...operatorMonitoring, objectives: { catalog: 99 }, priority: 50 };
  const operated = build([alerting], { ...shopTest, monitoring });
  expect(find(operated.objects, 'PrometheusRule/shop-add-on-queue').spec.groups[0].rules).toHaveLength(1);
  expect(lintOutput(operated.output)).toStrictEqual([]);
  expect(find(build([queue()], shopTest).objects, 'ConfigMap/prometheus-rules').data).not.toHaveProperty(
    'add-on-queue.yaml',
  );
});

test('an alert that is wrong is refused: one rule that Prometheus cannot read would keep it from reading all', () => {
  const alerting = (alert: object) => build([{ ...queue(), alerts: () => [alert as AddOnAlert] }], shopTest);
  const wrong = { ...full, name: 'queue full', severity: 'none', expr: 'queue{', for: 'long', runbook: 'QueueFull.md' };
  expect(() => alerting(wrong)).toThrow(
    new ValidationError([
      'test.addOns.queue.alerts.0.name: "queue full": use a name such as QueueFull',
      'test.addOns.queue.alerts.0.severity: "none": use one of critical, warning',
      'test.addOns.queue.alerts.0.expr: "queue{": is not PromQL',
      'test.addOns.queue.alerts.0.for: "long": use a duration such as 10m',
      'test.addOns.queue.alerts.0.runbook: "QueueFull.md": use a URL',
    ]),
  );
});

test('a Prometheus of the cluster gets a monitor for it', () => {
  const monitoring = { ...operatorMonitoring, objectives: { catalog: 99 }, priority: 50 };
  const operated = build([queue()], { ...shopTest, monitoring });
  expect(lintOutput(operated.output)).toStrictEqual([]);
  const monitors = operated.objects.filter(({ kind }) => kind === 'PodMonitor');
  expect(monitors.map(({ metadata }) => metadata.name)).toContain('queue');
  const { ingress } = find(operated.objects, 'NetworkPolicy/queue').spec;
  expect(JSON.stringify(ingress)).toContain('"kubernetes.io/metadata.name":"monitoring"');
});

test('behind a Gateway its proxies reach what the edge calls', () => {
  const made = build([queue()], behindGateway(shopTest, gatewayOfKind('envoy-gateway')));
  expect(lintOutput(made.output)).toStrictEqual([]);
  expect(JSON.stringify(find(made.objects, 'NetworkPolicy/queue').spec.ingress)).toContain('envoy-gateway-system');
});

test('one that calls the database is a client of it, and so is a workload that an extension lets call it', () => {
  const clients = (change: Partial<Shop>) =>
    listAddedDatabaseClients(shop, { ...bare, database: staging.database, ...change });
  expect(clients({})).toStrictEqual([]);
  expect(clients({ addOns: [queue(), queue()] })).toStrictEqual(['queue']);
  expect(listAddedDatabaseClients(shop, { ...bare, addOns: [queue()] })).toStrictEqual([]);
  const extensions = [{ target: { kind: 'Deployment', name: 'report' }, pod: { calls: ['database'] as const } }];
  expect(clients({ extensions })).toStrictEqual(['report']);
});

test('an extension adds to its objects, and the quota counts that', () => {
  const target = { kind: 'Deployment', name: 'queue' };
  const sidecar = {
    name: 'helper',
    image: 'registry.test/helper:v1',
    uid: 65532,
    resources: { requests: amounts, limits: amounts },
  };
  const extended = build([queue()], { ...bare, extensions: [{ target, pod: { sidecars: [sidecar] } }] });
  expect(lintOutput(extended.output)).toStrictEqual([]);
  expect(find(extended.objects, 'Deployment/queue').spec.template.spec.containers).toHaveLength(2);
});

test('one with an object and no workload changes nothing else', () => {
  const make: AddOn['make'] = (scope) => {
    new ApiObject(scope, 'flags', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
  };
  const made = build([{ name: 'flags', workloads: () => [], make }]);
  expect(made.objects.slice(0, -1)).toStrictEqual(without.objects);
  expect(made.objects.at(-1)?.metadata).toMatchObject({ name: 'test-add-on-flags-flags', namespace: 'shop-test' });
});

describe('an error', () => {
  test('that an add-on throws is named with the add-on', () => {
    const fail = () => {
      throw new Error('needs a volume');
    };
    expect(refusal({ ...queue(), make: fail })).toStrictEqual(['test.addOns.queue: needs a volume']);
    expect(refusal({ ...queue(), workloads: fail })).toStrictEqual(['test.addOns.queue: needs a volume']);
  });

  test('in workloads is named with its path, and all of them at once', () => {
    const wrong = { usage: { ...usage, pods: -1 }, calls: ['cellar'], calledBy: [{ name: 'catalogue', ports: [] }] };
    expect(refusal({ ...queue(), workloads: () => [{ ...wrong, metricsPort: 0 } as never] })).toStrictEqual([
      'test.addOns.queue.workloads.0.usage.pods: -1: use a whole number of 0 or more',
      expect.stringMatching(/^test\.addOns\.queue\.workloads\.0\.calls\.0: "cellar": use one of catalog, /),
      'test.addOns.queue.workloads.0.calledBy.0.name: "catalogue": use one of catalog, queue, edge',
      'test.addOns.queue.workloads.0.calledBy.0.ports: []: is empty; name at least one port',
      'test.addOns.queue.workloads.0.metricsPort: 0: use a whole number from 1 to 65535',
    ]);
    expect(refusal({ ...queue(), workloads: () => 'queue' as never })).toStrictEqual([
      'test.addOns.queue.workloads: "queue": use a value of type array',
    ]);
  });

  test('in how add-ons are stated is one of the environment', () => {
    const problems = (addOns: unknown) => validateEnvironment(shop, { ...bare, addOns } as Environment);
    expect(problems([queue(), queue()])).toStrictEqual(['test.addOns.1.name: "queue": is there already; rename one']);
    expect(problems([{ name: 'queue', make: 'queue' }])).toStrictEqual([
      'test.addOns.0.workloads: is missing; state it',
      'test.addOns.0.make: "queue": use a function',
    ]);
  });
});

test('a volume that no workload of an add-on claims is counted in the quota', () => {
  const claim: AddOn = {
    name: 'work',
    workloads: () => [],
    claims: ['20Gi'],
    make: (scope) => {
      const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } };
      new ApiObject(scope, 'claim', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'work' },
        spec,
      });
    },
  };
  const { objects, output } = build([claim]);
  expect(find(objects, 'ResourceQuota/shop-quota').spec.hard).toMatchObject({
    persistentvolumeclaims: '1',
    'requests.storage': '20Gi',
  });
  expect(lintOutput(output)).toStrictEqual([]);
  expect(lintOutput(build([{ ...claim, claims: [] }]).output).length).toBeGreaterThan(0);
  expect(refusal({ ...claim, claims: ['much'] })).toStrictEqual([expect.stringContaining('addOns.0.claims.0: "much"')]);
});
