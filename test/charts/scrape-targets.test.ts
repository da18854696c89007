import { listOwnJobs, listPlatformTargets, makeMonitoringGraphInput } from '../../lib/charts/scrape-targets';
import type { MonitoredEnvironment } from '../../lib/platform/environment';
import { databaseCluster } from '../support/clustered';
import { staging } from '../support/environments/staging';
import { shop, shopTest } from '../support/shop';

function withStores(change: Partial<MonitoredEnvironment<typeof shop>>): MonitoredEnvironment<typeof shop> {
  return { ...shopTest, ...change };
}

test('managed stores are not scraped, and those of the cluster are', () => {
  expect(listPlatformTargets(shop, shopTest).stores).toEqual([]);
  const { stores } = listPlatformTargets(shop, withStores({ database: staging.database, cache: staging.cache }));
  expect(stores.map(({ job }) => job)).toEqual(['postgres', 'postgres-backup-store', 'redis']);
});

test('the job of a database cluster scrapes its exporter, which is in a pod of its own', () => {
  const { stores } = listPlatformTargets(shop, withStores({ database: databaseCluster }));
  expect(stores.slice(0, 2)).toEqual([
    { job: 'postgres', workload: 'postgres-roles' },
    { job: 'postgres-cluster', workload: 'postgres-cluster' },
  ]);
});

test('only public hosts are probed', () => {
  expect(listPlatformTargets(shop, shopTest).probes).toEqual([]);
});

test('a job that may have no target raises no alert', () => {
  const pods = { kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: ['shop-test'] } }] } as const;
  const jobs = listOwnJobs([
    { job_name: 'shop-catalog', ...pods },
    { job_name: 'kubernetes-pods', ...pods },
    { job_name: 'kubelet' },
  ]);
  expect(jobs).toEqual([
    { name: 'shop-catalog', namespace: 'shop-test' },
    { name: 'kubelet', namespace: 'none' },
  ]);
});

test('replicas of Alertmanager talk to each other only where there are several', () => {
  const { alertmanager } = shopTest.monitoring;
  const gossip = (replicas: number) =>
    makeMonitoringGraphInput(shop, {
      ...shopTest,
      monitoring: { ...shopTest.monitoring, alertmanager: { ...alertmanager, replicas } },
    }).gossip;
  expect([gossip(1), gossip(3)]).toEqual([false, true]);
});
