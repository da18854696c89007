import { App, Chart } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { Redis } from '../../../lib/constructs/redis/redis';
import { cache } from '../postgres/support/stores';

const app = new App();
const redis = new Redis(new Chart(app, 'test'), 'redis', {
  namespaceScope: { namespace: 'veza-production', platform: 'veza', environment: 'production' },
  cache,
  priorityClassName: 'veza-production-stores',
});
const objects = parseAllDocuments(app.synthYaml(), { version: '1.1' }).map((document) => document.toJS());
const { spec } = objects.find(({ kind }) => kind === 'StatefulSet');
const pod = spec.template.spec;

test('makes its objects, without null values', () => {
  expect(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
    'ServiceAccount/redis',
    'ConfigMap/redis-config',
    'Service/redis-service',
    'Service/redis-headless',
    'StatefulSet/redis',
  ]);
  expect(app.synthYaml()).not.toContain('null');
});

test('has an identity, a host, ports and a quota usage', () => {
  const { identity, host, ports, quotaUsage } = redis;
  expect(identity).toEqual({
    namespace: 'veza-production',
    platform: 'veza',
    environment: 'production',
    name: 'redis',
    component: 'cache',
  });
  expect({ host, ports }).toEqual({ host: 'redis-service', ports: { redis: 6379, metrics: 9121 } });
  expect(quotaUsage).toMatchObject({ pods: 1, initContainers: [], claims: ['5Gi'] });
  expect(quotaUsage.containers.map(({ limits }) => limits.memory)).toEqual(['2Gi', '64Mi']);
});

test('runs from its own configuration, on its own volume', () => {
  const [server] = pod.containers;
  expect(server.command).toEqual(['sh', '/etc/redis/start.sh', 'redis-server', '/etc/redis/redis.conf']);
  expect(server.volumeMounts).toEqual([
    { name: 'data', mountPath: '/data' },
    { name: 'config', mountPath: '/etc/redis', readOnly: true },
    { name: 'run', mountPath: '/var/run/redis' },
  ]);
  expect(pod.volumes).toEqual([
    { name: 'config', configMap: { name: 'redis-config' } },
    { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
  ]);
  expect(spec.volumeClaimTemplates.map(({ metadata }: { metadata: object }) => metadata)).toEqual([
    { name: 'data', labels: { app: 'redis' } },
  ]);
});

test('no other container can read the password of the administrator', () => {
  const [, ...others] = pod.containers;
  expect(others.map(({ volumeMounts }: { volumeMounts?: object[] }) => volumeMounts)).toEqual([undefined]);
});

test('is ready when it answers without an error, and alive when it answers', () => {
  const [{ startupProbe, readinessProbe, livenessProbe }] = pod.containers;
  expect(readinessProbe.exec.command).toEqual(['redis-cli', '-e', '-h', '127.0.0.1', '-p', '6379', 'ping']);
  expect(startupProbe.tcpSocket).toEqual({ port: 'redis' });
  expect(livenessProbe.exec.command.at(-1)).toContain('redis-cli -h 127.0.0.1 -p 6379 ping');
});

test('UIDs are above 10000 and differ', () => {
  expect(
    pod.containers.map(({ securityContext }: { securityContext: { runAsUser: number } }) => securityContext.runAsUser),
  ).toEqual([10003, 10004]);
});
