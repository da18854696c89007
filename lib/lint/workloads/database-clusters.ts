import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { findUnselected, reportMissing } from '../common-findings';
import type { Rule, Violation } from '../rule';

const group = 'postgresql.cnpg.io';

export const databaseClusters: Rule = {
  name: 'database-clusters',
  class: 'policy',
  finds: 'A CloudNativePG Cluster or ScheduledBackup that names an object, or selects pods, that do not exist.',
  why: 'The servers are not created, are not backed up, or refuse the clients that were meant.',
  fix: 'Correct the name or the labels.',
  example: `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: postgres, namespace: shop }
spec:
  instances: 3
  podSelectorRefs: [{ name: services, selector: { matchLabels: { app: web } } }]
`,
  *check(set) {
    for (const cluster of set.ofType(`Cluster.${group}`)) {
      const spec = cluster.at('spec');
      yield* dangling(set, spec.at('priorityClassName'), 'PriorityClass.scheduling.k8s.io', '');
      for (const plugin of spec.items('plugins')) yield* archiveOf(set, cluster, plugin);
      for (const other of spec.items('externalClusters')) yield* archiveOf(set, cluster, other.at('plugin'));
      for (const term of spec.items('topologySpreadConstraints'))
        yield* unselected(set, cluster, term.at('labelSelector'));
      for (const reference of spec.items('podSelectorRefs')) yield* unselected(set, cluster, reference.at('selector'));
    }
    for (const backup of set.ofType(`ScheduledBackup.${group}`)) {
      yield* dangling(set, backup.at('spec', 'cluster', 'name'), `Cluster.${group}`, backup.namespace);
    }
  },
};

function* archiveOf(set: ManifestSet, cluster: Manifest, plugin: Cursor): Generator<Violation> {
  const store = plugin.at('parameters', 'barmanObjectName');
  yield* dangling(set, store, 'ObjectStore.barmancloud.cnpg.io', cluster.namespace);
}

function* dangling(set: ManifestSet, at: Cursor, type: string, namespace: string): Generator<Violation> {
  const name = at.text();
  if (name === undefined || set.has(type, namespace, name)) return;
  yield reportMissing(set, at, type, namespace, name);
}

/** Each of several values is meant, so each has to select pods by itself. */
function* unselected(set: ManifestSet, { namespace }: Manifest, at: Cursor): Generator<Violation> {
  for (const [place, selector] of singleSelectors(at)) yield* findUnselected(set, namespace, place, selector);
}

function singleSelectors(at: Cursor): [Cursor, LabelSelector][] {
  const listed = at.items('matchExpressions').filter((expression) => expression.text('operator') === 'In');
  const values = listed.flatMap((expression) =>
    expression.texts('values').map((value): [Cursor, LabelSelector] => {
      return [expression, LabelSelector.fromMap({ [expression.text('key') ?? '']: value })];
    }),
  );
  return [...values, [at, LabelSelector.fromMap(at.textMap('matchLabels'))]];
}
