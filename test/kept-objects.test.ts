import { objects, ofKind, workloads } from './support/subjects';

const annotation = 'helm.sh/resource-policy';

/** What a rollback or the end of a release must not take along: data, and what data is lost without. */
test('Helm keeps every namespace and every claim, and nothing else that may go with a release', () => {
  const kept = objects.filter(({ object }) => object.metadata.annotations?.[annotation] === 'keep');
  const keepable = ofKind('Namespace', 'PersistentVolumeClaim', 'Cluster', 'Secret', 'ExternalSecret');
  expect(kept.map(({ where }) => where)).toStrictEqual(keepable.map(({ where }) => where));
  expect(kept).not.toHaveLength(0);
});

test('a claim of a StatefulSet, which cannot change and is no part of a release, has no annotation', () => {
  const claims = workloads.flatMap(({ object }) => object.spec?.volumeClaimTemplates ?? []);
  expect(claims).not.toHaveLength(0);
  expect(claims.filter(({ metadata }) => metadata.annotations !== undefined)).toStrictEqual([]);
});
