import { staging } from '../../lib/environments/staging';
import { systemClock } from '../../lib/operations/clock';
import { OperationLease } from '../../lib/operations/lease';
import type { Lease } from '../../lib/operations/lease-record';
import type { KubeObject } from '../support/cluster/objects';
import { until } from '../support/until';
import { Bed } from './deploy/bed';

const { namespace } = staging;
const never = new AbortController().signal;
let bed: Bed;

// Each look at the cluster starts a program.
jest.setTimeout(60_000);
beforeAll(async () => {
  bed = await Bed.make(staging);
});
afterAll(() => bed.stop());
beforeEach(() => {
  bed.told.length = 0;
  if (held()) bed.cluster.objects.delete(held() as KubeObject);
});

async function lease(duration: number): Promise<OperationLease> {
  const { kubectl, progress } = await bed.crew();
  return new OperationLease({ kubectl, namespace, progress, clock: systemClock, duration });
}

function held(): (KubeObject & Pick<Lease, 'spec'>) | undefined {
  return bed.cluster.objects.one('Lease', 'operation', namespace);
}

/** Somebody whom nobody hears of any more. */
function seed(holderIdentity: string, leaseDurationSeconds: number): void {
  const metadata = { name: 'operation', namespace };
  const spec = { holderIdentity, leaseDurationSeconds };
  bed.cluster.objects.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
}

test('whoever works holds it, gives signs of life, and gives it back', async () => {
  const left = await (await lease(4)).hold('deploy v1.0.0', never, async ({ signal, left: before }) => {
    const first = held()?.spec;
    expect(first).toMatchObject({
      holderIdentity: expect.stringMatching(/^deploy v1\.0\.0 by \S+@\S+ \([0-9a-f]{6}\)$/),
      leaseDurationSeconds: 4,
      renewTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z$/),
    });
    await until(() => held()?.spec.renewTime !== first?.renewTime);
    expect(held()?.spec.holderIdentity).toBe(first?.holderIdentity);
    expect(signal.aborted).toBe(false);
    return before;
  });
  expect([left, held()?.spec.holderIdentity]).toStrictEqual([undefined, undefined]);
});

test('the second waits for the first, even if that fails', async () => {
  const order: string[] = [];
  const first = (await lease(20)).hold('deploy v1.0.0', never, async () => {
    await until(() => bed.told.length > 0);
    order.push('first');
    throw new Error('no');
  });
  await until(() => held() !== undefined);
  const second = (await lease(20)).hold('rollback to revision 1', never, async ({ left }) => {
    order.push('second');
    return left;
  });
  await expect(first).rejects.toThrow('no');
  expect(await second).toBeUndefined();
  expect(order).toStrictEqual(['first', 'second']);
  expect(bed.told[0]).toMatch(/^wait for deploy v1\.0\.0 by \S+ \([0-9a-f]{6}\) …$/);
});

test('who is not heard of any more counts as dead, and what he was at is told', async () => {
  seed('deploy v1.0.0 by somebody', 1);
  expect(await (await lease(20)).hold('deploy v1.1.0', never, async ({ left }) => left)).toBe(
    'deploy v1.0.0 by somebody',
  );
  expect(held()?.spec.holderIdentity).toBeUndefined();
});

test('one that lost it has to stop, and leaves it to the other', async () => {
  const work = (await lease(4)).hold('restore of a', never, async ({ signal }) => {
    const lease = held();
    if (!lease) throw new Error('nobody holds it');
    bed.put({ ...lease, spec: { ...lease.spec, holderIdentity: 'restore of b' } });
    await until(() => signal.aborted);
    signal.throwIfAborted();
  });
  await expect(work).rejects.toThrow('restore of b took over, since this was not heard of any more');
  expect(held()?.spec.holderIdentity).toBe('restore of b');
});

test('one that asks is told at once that it lost it', async () => {
  const work = (await lease(600)).hold('restore of a', never, async ({ confirm }) => {
    await confirm();
    const lease = held();
    if (!lease) throw new Error('nobody holds it');
    bed.cluster.objects.delete(lease);
    await confirm();
  });
  await expect(work).rejects.toThrow('somebody who deleted the Lease took over');
});

test('a cluster that does not answer for a while takes nothing away', async () => {
  const aborted = await (await lease(2)).hold('deploy v1.0.0', never, async ({ signal }) => {
    const before = bed.cluster.hooks.requests.length;
    bed.cluster.deny('update leases.coordination.k8s.io');
    const refused = () =>
      bed.cluster.hooks.requests.slice(before).filter((line) => line.startsWith('PUT ') && line.includes('/leases/'));
    await until(() => refused().length > 1);
    bed.cluster.hooks.denied.length = 0;
    return signal.aborted;
  });
  expect([aborted, held()?.spec.holderIdentity]).toStrictEqual([false, undefined]);
});

test('who is stopped stops to wait, and his work is told', async () => {
  const stop = new AbortController();
  const told = (await lease(20)).hold('deploy v1.0.0', stop.signal, async ({ signal }) => {
    stop.abort(new Error('stopped by SIGINT'));
    signal.throwIfAborted();
  });
  await expect(told).rejects.toThrow('stopped by SIGINT');
  bed.cluster.objects.delete(held() as KubeObject);
  seed('deploy v1.0.0 by somebody', 600);
  await expect((await lease(20)).hold('deploy v1.1.0', stop.signal, async () => undefined)).rejects.toThrow('SIGINT');
  const later = new AbortController();
  const waiting = (await lease(20)).hold('deploy v1.1.0', later.signal, async () => undefined);
  await until(() => bed.told.length > 0);
  later.abort();
  await expect(waiting).rejects.toThrow('aborted');
});
