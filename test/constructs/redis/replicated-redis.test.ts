import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import {
  proxyFiles,
  writeHaproxyConf,
  writeProxyConfiguration,
} from '../../../lib/constructs/redis/proxy-configuration';
import { ReplicatedRedis } from '../../../lib/constructs/redis/replicated-redis';
import {
  replicationFiles,
  writeReplicationConfiguration,
} from '../../../lib/constructs/redis/replication-configuration';
import type { ReplicatedCache } from '../../../lib/platform/settings/cache';
import { parseQuantity } from '../../../lib/platform/settings/quantity';
import { cache as single } from '../postgres/support/stores';

const cache: ReplicatedCache = { ...single, kind: 'replicated', secrets: { kind: 'existing' } };
const app = new App();
const redis = new ReplicatedRedis(new Chart(app, 'test'), 'redis', {
  namespaceScope: { namespace: 'veza-production', platform: 'veza', environment: 'production' },
  cache,
  password: { secretName: 'veza-cache-secrets', key: 'CACHE_PASSWORD' },
  priorityClassName: 'veza-production-stores',
});
const objects = parseAllDocuments(app.synthYaml(), { version: '1.1' }).map((document) => document.toJS());
const { spec } = objects.find(({ kind }) => kind === 'StatefulSet');
const pod = spec.template.spec;
const container = (name: string) => pod.containers.find((found: { name: string }) => found.name === name);

test('makes its objects, without null values, under the names of a single cache', () => {
  expect(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
    'ServiceAccount/redis-proxy',
    'ConfigMap/redis-proxy-config',
    'Service/redis-service',
    'Deployment/redis-proxy',
    'PodDisruptionBudget/redis-proxy',
    'ServiceAccount/redis',
    'ConfigMap/redis-config',
    'Service/redis-headless',
    'StatefulSet/redis',
    'PodDisruptionBudget/redis',
  ]);
  expect(app.synthYaml()).not.toMatch(/: null$/m);
});

test('clients reach the proxies, and a volume of a single cache is that of the first server', () => {
  const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'redis-service');
  expect(service.spec.selector).toEqual({ app: 'redis-proxy' });
  expect(spec.volumeClaimTemplates.map(({ metadata }: { metadata: object }) => metadata)).toEqual([
    { name: 'data', labels: { app: 'redis' } },
  ]);
  expect(spec).toMatchObject({ replicas: 3, podManagementPolicy: 'Parallel', serviceName: 'redis-headless' });
});

test('no two servers share a node while another accepts pods: two sentinels on it would be lost with it', () => {
  expect(pod.topologySpreadConstraints[0]).toMatchObject({
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'DoNotSchedule',
    nodeTaintsPolicy: 'Honor',
  });
});

test('a sentinel sees its own folder of the volume, and no other container makes a failover when it stops', () => {
  expect(container('sentinel').volumeMounts[0]).toEqual({ name: 'data', mountPath: '/sentinel', subPath: 'sentinel' });
  expect(pod.containers.map(({ lifecycle }: { lifecycle?: object }) => lifecycle)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('the exporter sees neither the password of the servers nor that of the administrator', () => {
  expect(container('redis-exporter').volumeMounts).toBeUndefined();
});

test('quota covers the servers with their volumes, and a rollout of the proxies', () => {
  expect(redis.quotaUsages.map(({ pods, claims }) => ({ pods, claims }))).toEqual([
    { pods: 3, claims: ['5Gi'] },
    { pods: 5, claims: [] },
  ]);
});

test('clients are routed to a server only if it and two sentinels say that it is the primary', () => {
  const conf = writeHaproxyConf();
  for (const index of [0, 1, 2]) {
    expect(conf).toContain(
      `use_backend primary-${index} if { nbsrv(primary-${index}) ge 1 } { nbsrv(agreement-${index}) ge 2 }\n`,
    );
  }
  expect(conf).not.toContain('default_backend');
  expect(conf.match(/on-marked-down shutdown-sessions/g)).toHaveLength(3);
  expect(conf).toContain('monitor-uri /live\n');
});

test.each([
  ['::', '/dev/null'],
  ['*', '/dev/null/absent'],
])('the proxy listens on %s, by whether the kernel has IPv6', (address, ipv6File) => {
  expect(writeHaproxyConf().match(/^ {2}bind \$\{LISTEN_ADDRESS\}:\d+ v4v6$/gm)).toHaveLength(2);
  const bin = mkdtempSync(join(tmpdir(), 'proxy-'));
  writeFileSync(join(bin, 'haproxy'), '#!/bin/sh\necho "$LISTEN_ADDRESS"\n', { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env.PATH}`, CONFIG_FILE: 'haproxy.cfg', IPV6_FILE: ipv6File };
  const script = writeProxyConfiguration()[proxyFiles.start] ?? '';
  expect(execFileSync('sh', { input: script, env, encoding: 'utf8' })).toBe(`${address}\n`);
  rmSync(bin, { recursive: true });
});

test.each(['64Mi', '512Mi', '8Gi'])('keys and what replicas have yet to get fit in a memory of %s', (memory) => {
  const amounts = { ...cache.resources.limits, memory };
  const files = writeReplicationConfiguration({ ...cache, resources: { requests: amounts, limits: amounts } });
  const number = (file: string, pattern: RegExp) => Number(pattern.exec(files[file] ?? '')?.[1]);
  const keys = number('redis.conf', /^maxmemory (\d+)$/m);
  const buffer = number('replicated.conf', /^client-output-buffer-limit replica (\d+) \d+ 60$/m);
  expect(keys + buffer).toBeLessThanOrEqual(parseQuantity(memory) * 0.8);
  expect(buffer).toBeGreaterThan(0);
});

test('no client becomes a replica or a sentinel without the password, and neither is an administrator', () => {
  const users = writeReplicationConfiguration(cache)['peer-users.acl'] ?? '';
  expect(users.match(/^user \w+ on #PEER_PASSWORD_HASH .*-@all /gm)).toHaveLength(2);
  expect(users).not.toMatch(/nopass|\+@all|config\|set|\+acl/);
});

test.each([
  ['role:master', 0, ''],
  ['role:slave master_link_status:down slave_priority:0', 1, ''],
  ['role:slave master_link_status:up slave_priority:100', 0, ''],
  ['role:slave master_link_status:up slave_priority:0', 0, '-e config set replica-priority 100\n'],
])('a replica may become the primary once it has all data: %s', (info, status, changed) => {
  const folder = mkdtempSync(join(tmpdir(), 'ready-'));
  writeFileSync(join(folder, 'cli'), `#!/bin/sh\necho '${info}'\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'ready.sh'), writeReplicationConfiguration(cache)[replicationFiles.ready] ?? '');
  writeFileSync(join(folder, 'admin.sh'), `echo "$@" >${folder}/changed`);
  writeFileSync(join(folder, 'changed'), '');
  const env = { PATH: process.env.PATH, CLI: join(folder, 'cli'), PORT: '6379' };
  expect(spawnSync('sh', [join(folder, 'ready.sh')], { env }).status).toBe(status);
  expect(readFileSync(join(folder, 'changed'), 'utf8')).toBe(changed);
  rmSync(folder, { recursive: true });
});
