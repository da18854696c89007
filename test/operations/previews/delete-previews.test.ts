import { deleteExpiredPreviews, deletePreview } from '../../../lib/operations/previews/delete-previews';
import { OperationError, UsageError } from '../../../lib/platform/errors';
import { preview } from '../../../lib/platform/preview';
import { buildEnvironment } from '../../../lib/synth/render-environment';
import { FakeClock } from '../../support/fake-clock';
import { FakeCluster } from '../../support/fake-cluster';
import { shop, shopTest } from '../../support/shop';

const base = { ...shopTest, monitoring: { kind: 'none' } } as const;

/** Every object of an environment. */
function objectsOf(environment: typeof base | ReturnType<typeof preview<typeof shop>>) {
  return Object.values(buildEnvironment(shop, environment).files).flat() as never[];
}

function previewOf(id: string, expires: string) {
  return objectsOf(preview(base, id, { domain: 'preview.test', expires, apartFrom: [] }));
}

/** A cluster on 2026-11-25, and what is printed there. */
function clusterWith(...objects: readonly never[][]) {
  const clock = new FakeClock();
  const cluster = new FakeCluster({ context: 'shop-test', clock, objects: objects.flat() });
  const lines: string[] = [];
  const context = {
    kubectl: cluster,
    environment: base,
    clock,
    platform: shop,
    print: (line: string) => void lines.push(line),
  };
  const names = (kind: string) =>
    cluster.objects
      .all(kind)
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith('shop-'));
  return { cluster, context, lines, names };
}

/** The problems of an operation that fails. */
async function problems(
  work: Promise<void>,
  kind: typeof OperationError | typeof UsageError,
): Promise<readonly string[]> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(kind);
  return (error as OperationError).problems;
}

test('a preview is deleted with everything that is in the cluster of it, and nothing else', async () => {
  const at = clusterWith(objectsOf(base), previewOf('pr-1', '2026-12-31'), previewOf('pr-2', '2026-12-31'));
  expect(at.names('Namespace')).toStrictEqual(['shop-test', 'shop-test-pr-1', 'shop-test-pr-2']);
  await deletePreview(at.context, 'pr-1');
  expect(at.lines).toStrictEqual(['deleted pr-1']);
  expect(at.names('Namespace')).toStrictEqual(['shop-test', 'shop-test-pr-2']);
  expect(at.names('PriorityClass')).toStrictEqual([
    'shop-test-pr-2-services',
    'shop-test-pr-2-stores',
    'shop-test-services',
    'shop-test-stores',
  ]);
  at.cluster.step();
  expect(at.cluster.objects.all('Deployment').map(({ metadata }) => metadata.namespace)).not.toContain(
    'shop-test-pr-1',
  );
});

test('one that is not there is no failure, and what an earlier call left of it is deleted', async () => {
  const left = previewOf('pr-1', '2026-12-31').filter(({ kind }: { kind: string }) => kind === 'PriorityClass');
  const at = clusterWith(left);
  await deletePreview(at.context, 'pr-1');
  await deletePreview(at.context, 'pr-9');
  expect(at.lines).toStrictEqual(['there is no preview pr-1', 'there is no preview pr-9']);
  expect(at.names('PriorityClass')).toStrictEqual([]);
});

test('an environment that is to stay is not deleted', async () => {
  const at = clusterWith(objectsOf(base));
  expect(await problems(deletePreview(at.context, 'test'), UsageError)).toStrictEqual([
    'test is not a preview: shop-test has no label veza.app/expires; nothing was deleted',
  ]);
  await deleteExpiredPreviews(at.context);
  expect(at.lines).toStrictEqual(['there is no preview']);
  expect(at.names('Namespace')).toStrictEqual(['shop-test']);
});

test('a sweep deletes those whose last day is over, and no others', async () => {
  const at = clusterWith(
    objectsOf(base),
    previewOf('pr-1', '2026-11-24'),
    previewOf('pr-2', '2026-11-25'),
    previewOf('pr-3', '2025-12-31'),
  );
  await deleteExpiredPreviews(at.context);
  expect(at.lines).toStrictEqual([
    'deleted pr-1, whose last day was 2026-11-24',
    'pr-2 is kept until 2026-11-25',
    'deleted pr-3, whose last day was 2025-12-31',
  ]);
  expect(at.names('Namespace')).toStrictEqual(['shop-test', 'shop-test-pr-2']);
});

test('a sweep keeps what another platform has in the cluster', async () => {
  const other = previewOf('pr-1', '2026-11-01').map((object) =>
    JSON.parse(
      JSON.stringify(object).replaceAll('"app.kubernetes.io/part-of":"shop"', '"app.kubernetes.io/part-of":"other"'),
    ),
  ) as never[];
  const at = clusterWith(other);
  await deleteExpiredPreviews(at.context);
  expect(at.names('Namespace')).toStrictEqual(['shop-test-pr-1']);
});

test('one that cannot be deleted, or whose last day is none, does not keep the others', async () => {
  const undated = previewOf('pr-2', '2026-11-01').map((object) =>
    JSON.parse(JSON.stringify(object).replaceAll('2026-11-01', 'soon')),
  ) as never[];
  const at = clusterWith(previewOf('pr-1', '2026-11-01'), undated, previewOf('pr-3', '2026-11-01'));
  at.cluster.onCall = (verb, what) => {
    if (verb === 'delete' && what === 'namespace/shop-test-pr-1') throw new OperationError(['timed out']);
  };
  expect(await problems(deleteExpiredPreviews(at.context), OperationError)).toStrictEqual([
    'pr-1: timed out',
    'shop-test-pr-2: label veza.app/expires: "soon": use a day such as 2026-11-25',
  ]);
  expect(at.names('Namespace')).toStrictEqual(['shop-test-pr-1', 'shop-test-pr-2']);
});

test('without its permissions nothing is deleted, and all of them are named', async () => {
  const at = clusterWith(previewOf('pr-1', '2026-11-01'));
  at.cluster.deny('delete namespaces', 'list priorityclasses.scheduling.k8s.io');
  expect(await problems(deleteExpiredPreviews(at.context), UsageError)).toStrictEqual([
    'missing permissions in the whole cluster: delete namespaces, list priorityclasses.scheduling.k8s.io; ' +
      'use an account that may delete previews (docs/guides/preview.md)',
  ]);
  expect(at.names('Namespace')).toStrictEqual(['shop-test-pr-1']);
});
