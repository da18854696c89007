import { makeSmallResources } from '../../../lib/constructs/kubernetes/resources';
import { NodeExporter } from '../../../lib/constructs/monitoring/node-exporter';
import { idOf, type Manifest } from '../../support/manifests';
import { namespaceScope } from '../../support/shop';
import { synthesized } from '../../support/synth';

const objects = synthesized((scope) => {
  const { quotaUsage } = new NodeExporter(scope, 'node-exporter', { namespaceScope, maximumNodes: 7 });
  test('takes room for a pod on each node', () => {
    expect(quotaUsage).toStrictEqual({
      workload: 'node-exporter',
      pods: 7,
      containers: [makeSmallResources('100m', '64Mi')],
      initContainers: [],
      claims: [],
    });
  });
});

function find(id: string): Manifest | undefined {
  return objects.find((object) => idOf(object) === id);
}

test('is an account, a quota for critical pods, and a pod on each node', () => {
  expect(objects.map(idOf)).toStrictEqual([
    'ServiceAccount/node-exporter',
    'ResourceQuota/critical-pods',
    'DaemonSet/node-exporter',
  ]);
});

test('critical pods are allowed as many as there are nodes', () => {
  expect(find('ResourceQuota/critical-pods')?.spec).toStrictEqual({
    hard: {
      pods: '7',
      'requests.cpu': '700m',
      'requests.memory': '448Mi',
      'requests.ephemeral-storage': '224Mi',
      'limits.cpu': '700m',
      'limits.memory': '448Mi',
      'limits.ephemeral-storage': '224Mi',
    },
    scopeSelector: {
      matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] }],
    },
  });
});

test('runs on every node and reads it without writing', () => {
  const pod = find('DaemonSet/node-exporter')?.spec?.template?.spec;
  expect(pod).toMatchObject({ tolerations: [{ operator: 'Exists' }], priorityClassName: 'system-node-critical' });
  expect(pod?.volumes).toStrictEqual([
    { name: 'sys', hostPath: { path: '/sys' } },
    { name: 'root', hostPath: { path: '/' } },
  ]);
  expect(pod?.containers[0]?.volumeMounts).toStrictEqual([
    { name: 'sys', mountPath: '/host/sys', readOnly: true, mountPropagation: 'HostToContainer' },
    { name: 'root', mountPath: '/host/root', readOnly: true, mountPropagation: 'HostToContainer' },
  ]);
});

test('passes over the mounts of single pods', () => {
  const [container] = find('DaemonSet/node-exporter')?.spec?.template?.spec.containers ?? [];
  const args = container !== undefined && 'args' in container && Array.isArray(container.args) ? container.args : [];
  const pattern = new RegExp(String(args.at(-1)).replace('--collector.filesystem.mount-points-exclude=', ''));
  const mounts = ['/', '/data', '/run', '/var/lib', '/run/user/0', '/proc', '/var/lib/kubelet/pods/1', '/dev/shm'];
  expect(mounts.filter((mount) => pattern.test(mount))).toStrictEqual([
    '/run/user/0',
    '/proc',
    '/var/lib/kubelet/pods/1',
    '/dev/shm',
  ]);
});
