import { staging } from '../../../lib/veza/environments/staging';
import { changed } from '../../support/changed';
import type { Workload } from '../../support/cluster/workloads';
import { Bed } from './bed';

const fixed = changed(staging, 'deployment.timeoutSeconds', 4);
const scaling = { kind: 'auto', min: 2, max: 6, targetCpu: 70 };
const scaled = changed(fixed, 'services.chat-server.scaling', scaling);
let bed: Bed;

jest.setTimeout(240_000);
beforeEach(async () => {
  bed = await Bed.make(fixed);
});
afterEach(() => bed.stop());

function chat(): Workload {
  const found = bed.cluster.objects.one<Workload>('Deployment', 'veza-chat-server', 'veza-staging');
  if (!found) throw new Error('the chat does not run');
  return found;
}

test('from a fixed number to an autoscaler, and back by a failure, what runs is kept', async () => {
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  await bed.kubectl(['scale', 'deployment/veza-chat-server', '--replicas=4', '--namespace=veza-staging']);
  const numbers = new Set<number | undefined>();
  bed.cluster.objects.listen(() => numbers.add(chat().spec.replicas));
  bed.cluster.fail({ image: /:v6\.6\.6$/, as: 'ImagePullBackOff' });
  expect((await bed.at(scaled).deploy('v6.6.6')).failed?.[1]).toBe('rolled back to revision 1 (v1.0.0)');
  expect(await bed.at(scaled).deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(bed.told).toContain('  ✔ Handed replica counts over to autoscalers, unchanged: veza-chat-server');
  bed.told.length = 0;
  expect(await bed.at(scaled).deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  expect(bed.told.filter((line) => line.includes('Handed replica counts over'))).toStrictEqual([]);
  expect([...numbers]).toStrictEqual([4]);
  expect(await bed.deploy('v1.2.0')).toStrictEqual({ done: 'v1.2.0 is deployed to staging' });
  expect(chat().spec.replicas).toBe(2);
});
