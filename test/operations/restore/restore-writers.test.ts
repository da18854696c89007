import { BackupHarness, problemsIn } from '../../support/backup-harness';
import { staging } from '../../support/environments/staging';
import { previousDatabase, resumed, running, unchanged } from '../../support/restore-texts';

test('no pod of a service is left when the database is replaced', async () => {
  const harness = new BackupHarness();
  const before = harness.podsOf(/^veza-/).length;
  let pods: string[] | undefined;
  harness.at(/^job roles/, () => {
    pods = harness.podsOf(/^veza-/);
  });
  await harness.restore();
  expect(pods).toEqual([]);
  expect(harness.podsOf(/^veza-/)).toHaveLength(before);
});

test('if services do not become ready, the error says why and that the database is restored', async () => {
  const harness = new BackupHarness();
  harness.at('end of restore', () => harness.cluster.fail({ image: /^veza-chat-server:/, as: 'NotReady' }));
  expect(await problemsIn(harness.restore())).toEqual([
    `veza-chat-server has 0 of 3 pods ready after ${staging.deployment.timeoutSeconds} s`,
    `database veza_staging is restored; the previous database is ${previousDatabase}`,
  ]);
  expect(harness.workloads).toEqual(running);
});

test('a suspended schedule stays suspended, and a service without replicas keeps none', async () => {
  const harness = new BackupHarness();
  harness.change('CronJob', 'postgres-backup', { suspend: true });
  harness.change('Deployment', 'veza-chat-server', { replicas: 0 });
  await harness.restore();
  expect(harness.workloads).toEqual({
    ...running,
    'deployment/veza-chat-server': [0],
    'cronjob/postgres-backup': [true],
  });
});

test('evicted pods are not waited for', async () => {
  const harness = new BackupHarness();
  for (const [name, phase] of [
    ['evicted', 'Failed'],
    ['over', 'Succeeded'],
  ]) {
    const metadata = { name: String(name), namespace: 'veza-staging', labels: { app: 'veza-chat-server' } };
    const [spec, status] = [
      { nodeName: 'node-1', containers: [] },
      { phase, reason: 'Evicted' },
    ];
    harness.cluster.add({ apiVersion: 'v1', kind: 'Pod', metadata, spec, status });
  }
  expect(await harness.restore()).toBe(previousDatabase);
  expect(harness.podsOf(/^(evicted|over)$/)).toEqual(['evicted', 'over']);
});

test('the error names the nodes of pods that do not end', async () => {
  const harness = new BackupHarness();
  harness.cluster.fail({ image: /^veza-stream-server:/, as: 'NeverTerminates' });
  const [pod = ''] = harness.podsOf(/^veza-stream-server/);
  expect(await problemsIn(harness.restore())).toEqual([
    `pod ${pod} on node node-1 does not end; check the node, and once it is certainly off, run: ` +
      `kubectl --context=veza-staging --namespace=veza-staging delete pod/${pod} --force --grace-period=0`,
    unchanged,
    resumed,
  ]);
  expect(harness.workloads).toEqual(running);
});

test('a service that its autoscaler has scaled down meanwhile counts as ready', async () => {
  const harness = new BackupHarness();
  harness.at('veza-chat-server replicas: 3', () => harness.change('Deployment', 'veza-chat-server', { replicas: 2 }));
  expect(await harness.restore()).toBe(previousDatabase);
  expect(harness.workloads).toEqual({ ...running, 'deployment/veza-chat-server': [2] });
});
