import { UnknownKindError } from '../../../../lib/cluster/errors';
import type { KubernetesClient } from '../../../../lib/cluster/kubernetes-client';
import {
  findMissingRequiredKinds,
  listKindPermissions,
} from '../../../../lib/operations/deploy/preflight/required-kinds';
import { operated, operatorMonitoring } from '../../../support/operated';
import { shopTest } from '../../../support/shop';

/** A cluster that has some kinds. */
function clusterOf(...kinds: readonly string[]): KubernetesClient {
  const list = async (kind: string) => {
    if (!kinds.includes(kind)) throw new UnknownKindError(`no ${kind}`);
    return [];
  };
  return { list } as unknown as KubernetesClient;
}

const always = ['podmonitors', 'probes', 'prometheusrules'].map((kind) => `${kind}.monitoring.coreos.com`);

test('servers of its own ask for no kind', async () => {
  expect(await findMissingRequiredKinds({} as KubernetesClient, shopTest, [])).toEqual([]);
  expect(listKindPermissions(shopTest, [])).toEqual([]);
});

test('on a bare cluster every kind is named, with what brings it', async () => {
  const dashboards = { kind: 'grafana-operator', instanceLabels: { dashboards: 'grafana' }, folder: 'Veza' } as const;
  const environment = { ...operated, monitoring: { ...operatorMonitoring, dashboards } };
  const problems = await findMissingRequiredKinds(clusterOf(), environment, []);
  expect(problems.map((problem) => problem.replace(/ \(.*/, ''))).toEqual([
    ...always.map((kind) => `the cluster has no kind ${kind}; install the Prometheus Operator`),
    'the cluster has no kind alertmanagerconfigs.monitoring.coreos.com; install the Prometheus Operator',
    'the cluster has no kind grafanadashboards.grafana.integreatly.org; install the Grafana Operator',
    'the cluster has no kind grafanadatasources.grafana.integreatly.org; install the Grafana Operator',
  ]);
  expect(listKindPermissions(environment, [])).toHaveLength(6);
});

test('only the kinds that the environment uses are needed', async () => {
  const environment = { ...operated, monitoring: { ...operatorMonitoring, alerts: { kind: 'cluster' } as const } };
  expect(await findMissingRequiredKinds(clusterOf(...always), environment, [])).toEqual([]);
});
