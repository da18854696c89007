import { clusterWith, previousDatabase, restoring, resumed, running, unchanged } from '../backup/support/restoring';
import { problemsIn, siteOf } from '../backup/support/staging-site';

test('no pod of a service is left when the database is replaced', async () => {
  const cluster = clusterWith();
  let pods: string[] = [];
  cluster.onEvent = (event) => {
    if (event.startsWith('job roles')) pods = cluster.podsOf(/^veza-/);
  };
  await restoring(siteOf(cluster));
  expect(pods).toEqual([]);
  expect(cluster.podsOf(/^veza-/)).toHaveLength(6);
});

test('if services do not become ready, the error says why and that the database is restored', async () => {
  const cluster = clusterWith();
  cluster.onEvent = (event) => {
    if (event === 'end of restore') cluster.state.stuck.push('veza-chat-server');
  };
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'veza-chat-server has 0 of 3 pods ready after 1200 s',
    `database veza_staging is restored; the previous database is ${previousDatabase}`,
  ]);
  expect(cluster.workloads).toEqual(running);
});

test('a suspended schedule stays suspended, and a service without replicas keeps none', async () => {
  const cluster = clusterWith();
  Object.assign(cluster.state.objects['cronjob/postgres-backup']?.spec ?? {}, { suspend: true });
  Object.assign(cluster.state.objects['deployment/veza-chat-server']?.spec ?? {}, { replicas: 0 });
  await restoring(siteOf(cluster));
  expect(cluster.workloads).toEqual({
    ...running,
    'deployment/veza-chat-server': [0],
    'cronjob/postgres-backup': [true],
  });
});

test('available pods of an older generation do not count', async () => {
  const cluster = clusterWith();
  const chat = cluster.state.objects['deployment/veza-chat-server'];
  cluster.onEvent = (event) => {
    if (event !== 'end of restore') return;
    cluster.state.stuck.push('veza-chat-server');
    Object.assign(chat ?? {}, { status: { observedGeneration: 1, availableReplicas: 3 } });
    Object.assign(chat?.metadata ?? {}, { generation: 2 });
  };
  expect((await problemsIn(restoring(siteOf(cluster))))[0]).toBe('veza-chat-server has 0 of 3 pods ready after 1200 s');
});

test('evicted pods are not waited for', async () => {
  const cluster = clusterWith();
  for (const [name, phase] of [
    ['evicted', 'Failed'],
    ['over', 'Succeeded'],
  ]) {
    cluster.state.objects[`pod/${name}`] = {
      kind: 'Pod',
      metadata: { name: String(name), labels: { app: 'veza-chat-server' } },
      spec: { nodeName: 'node-1' },
      status: { phase, reason: 'Evicted' },
    };
  }
  expect(await restoring(siteOf(cluster))).toBe(previousDatabase);
  expect(cluster.podsOf(/evicted|over/)).toEqual(['evicted', 'over']);
});

test('the error names the nodes of pods that do not end', async () => {
  const cluster = clusterWith({ stuck: ['veza-stream-server'] });
  expect(await problemsIn(restoring(siteOf(cluster)))).toEqual([
    'pod veza-stream-server-0 on node node-1 does not end; check the node, and once it is certainly off: ' +
      'kubectl --context=veza-staging --namespace=veza-staging delete pod/veza-stream-server-0 --force --grace-period=0',
    unchanged,
    resumed,
  ]);
  expect(cluster.workloads).toEqual(running);
});

test('a service that its autoscaler has scaled down meanwhile counts as ready', async () => {
  const cluster = clusterWith();
  cluster.onEvent = (event) => {
    if (event !== 'patch veza-chat-server {"replicas":3}') return;
    Object.assign(cluster.state.objects['deployment/veza-chat-server']?.spec ?? {}, { replicas: 2 });
  };
  expect(await restoring(siteOf(cluster))).toBe(previousDatabase);
  expect(cluster.workloads).toEqual({ ...running, 'deployment/veza-chat-server': [2] });
});
