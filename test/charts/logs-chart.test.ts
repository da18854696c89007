import type { Environment } from '../../lib/platform/environment';
import type { LokiLogs } from '../../lib/platform/settings/logs';
import { listEnvironmentSecrets } from '../../lib/synth/environment-secrets';
import { listNotices } from '../../lib/synth/notices';
import { buildEnvironment, lintOutput } from '../../lib/synth/render-environment';
import type { Container, Manifest } from '../support/manifests';
import { sample, sampleTest } from '../support/sample-platform';

if (sampleTest.logs.kind !== 'loki') throw new Error('the sample keeps no logs');
const logs: LokiLogs = sampleTest.logs;
const withBucket: Environment<typeof sample> = {
  ...sampleTest,
  logs: {
    ...logs,
    store: {
      kind: 'bucket',
      endpoint: 's3.eu-west-1.amazonaws.com',
      region: 'eu-west-1',
      bucket: 'sample-logs',
      secrets: { kind: 'existing' },
    },
  },
};
const without: Environment<typeof sample> = { ...sampleTest, logs: { kind: 'none' } };

function objects(environment: Environment<typeof sample>): Manifest[] {
  return Object.values(buildEnvironment(sample, environment).files).flat() as Manifest[];
}

function find(environment: Environment<typeof sample>, kind: string, name: string): Manifest | undefined {
  return objects(environment).find((object) => object.kind === kind && object.metadata.name === name);
}

test('an environment without logs has nothing of them, and no finding', () => {
  const made = buildEnvironment(sample, without);
  expect(Object.keys(made.files)).not.toContain('test-logs');
  const found = objects(without).filter(
    // Inhibitions are the same in every environment.
    (object) =>
      object.metadata.name !== 'alertmanager-config' && /loki|fluent-bit|log_collected/.test(JSON.stringify(object)),
  );
  expect(found.map(({ metadata }) => metadata.name)).toStrictEqual([]);
  expect(lintOutput(made)).toStrictEqual([]);
});

test('with a bucket, Loki gets its credentials from a Secret and may reach the internet', () => {
  expect(lintOutput(buildEnvironment(sample, withBucket))).toStrictEqual([]);
  const container = find(withBucket, 'StatefulSet', 'loki')?.spec?.template?.spec.containers[0];
  const { args = [], env = [] } = (container ?? {}) as { args?: string[]; env?: Container['env'] };
  expect(args).toContain('-config.expand-env=true');
  expect(env.map(({ name, valueFrom }) => [name, valueFrom?.secretKeyRef])).toStrictEqual(
    ['LOGS_S3_ACCESS_KEY_ID', 'LOGS_S3_SECRET_ACCESS_KEY'].map((key) => [key, { name: 'sample-logs-secrets', key }]),
  );
  expect(listEnvironmentSecrets(sample, withBucket).map(({ name }) => name)).toContain('sample-logs-secrets');
  const reaches = (environment: typeof withBucket) =>
    JSON.stringify(find(environment, 'NetworkPolicy', 'loki')).includes('0.0.0.0/0');
  expect([reaches(withBucket), reaches(sampleTest)]).toStrictEqual([true, false]);
});

test('only logs without a bucket are worth a notice', () => {
  const told = (environment: typeof withBucket) =>
    listNotices(sample, environment).some((line) => /logs are kept/.test(line));
  expect([told(sampleTest), told(withBucket), told(without)]).toStrictEqual([true, false, false]);
});

test('the collector knows every workload of the environment and its monitoring', () => {
  const script =
    (find(sampleTest, 'ConfigMap', 'fluent-bit-config')?.data as Record<string, string>)['lines.lua'] ?? '';
  const running = objects(sampleTest)
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'CronJob'].includes(kind))
    .map(({ metadata }) => metadata.name);
  expect(running.length).toBeGreaterThan(8);
  expect(running.filter((name) => !script.includes(`["${name}"] = `))).toStrictEqual([]);
});

test('the quota holds one collector for each node', () => {
  const hard = find(sampleTest, 'ResourceQuota', 'critical-pods')?.spec?.hard;
  expect(hard?.pods).toBe(String(logs.collector.maximumNodes));
});

test('the collector listens on the address of its pod, of whichever family', () => {
  const { data = {} } = find(sampleTest, 'ConfigMap', 'fluent-bit-config') as unknown as {
    data: Record<string, string>;
  };
  const text = data['fluent-bit.yaml'] ?? '';
  expect(text.match(/(http_listen|host): \$\{POD_IP\}/g)).toHaveLength(3);
  expect(text).not.toMatch(/0\.0\.0\.0|: ['"]?::/);
  const container = find(sampleTest, 'DaemonSet', 'fluent-bit')?.spec?.template?.spec.containers[0];
  expect(container?.env).toEqual([
    { name: 'POD_IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } },
  ]);
});

test('on three nodes or more, one that is down leaves place for a pod that is replaced', () => {
  const { updateStrategy } = find(sampleTest, 'DaemonSet', 'fluent-bit')?.spec as unknown as {
    readonly updateStrategy: { readonly rollingUpdate: { readonly maxUnavailable: string } };
  };
  const share = Number.parseInt(updateStrategy.rollingUpdate.maxUnavailable, 10) / 100;
  // The controller and Helm round up. Not all at once: a configuration that does not work is found by the first.
  for (const nodes of [3, 4, 5, 10, 50]) expect(Math.ceil(share * nodes)).toBeGreaterThan(1);
  for (const nodes of [2, 3, 50]) expect(Math.ceil(share * nodes)).toBeLessThan(nodes);
});
