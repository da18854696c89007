import { changed } from '../../support/changed';
import type { Workload } from '../../support/cluster/workloads';
import { DeployHarness } from '../../support/deploy-harness';
import { staging } from '../../support/small-environment';

const fixed = changed(staging, 'deployment.timeoutSeconds', 60);
const scaled = changed(fixed, 'services.chat-server.scaling', { kind: 'auto', min: 2, max: 6, targetCpu: 70 });

/** A cluster where v1.0.0 was deployed, and the chat server then scaled to four pods. */
async function scaledByHand(): Promise<{ harness: DeployHarness; replicas: () => number | undefined }> {
  const harness = new DeployHarness(fixed);
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  await harness.cluster.patch('deployment/veza-chat-server', 'veza-staging', { spec: { replicas: 4 } });
  harness.output.length = 0;
  const chat = () => harness.cluster.objects.one<Workload>('Deployment', 'veza-chat-server', 'veza-staging');
  return { harness, replicas: () => chat()?.spec.replicas };
}

test('the running replica count is kept when an autoscaler takes over, and through a rollback of that', async () => {
  const { harness, replicas } = await scaledByHand();
  const seen = new Set<number | undefined>();
  harness.cluster.objects.listen(() => seen.add(replicas()));
  harness.cluster.fail({ image: /:v6\.6\.6$/, as: 'ImagePullBackOff' });
  expect((await harness.at(scaled).deploy('v6.6.6')).failed?.[1]).toBe('rolled back to revision 1 (v1.0.0)');
  expect(await harness.at(scaled).deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(harness.output).toContain('  ✔ Handed replica counts over to autoscalers, unchanged: veza-chat-server');
  harness.output.length = 0;
  expect(await harness.at(scaled).deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  expect(harness.output.filter((line) => line.includes('replica counts'))).toStrictEqual([]);
  expect([...seen]).toStrictEqual([4]);
});

test('a fixed replica count is set again when the autoscaler goes', async () => {
  const { harness, replicas } = await scaledByHand();
  await harness.at(scaled).deploy('v1.1.0');
  expect(replicas()).toBe(4);
  expect(await harness.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  expect(replicas()).toBe(2);
});
