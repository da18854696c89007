import type { RuleContext, RuleGroup } from '../../../../lib/constructs/monitoring/rules/rule';
import { makeRuleGroups } from '../../../../lib/constructs/monitoring/rules/rule-groups';
import { scrapeJobs } from '../../../../lib/constructs/monitoring/scrape-endpoints';
import { veza } from '../../../../lib/veza/veza';

const services = veza.services.map((contract) => ({
  contract,
  workload: `veza-${contract.name}`,
  objective: 0.999,
}));

/** Namespaces of the targets of jobs that are not the platform's own. */
const namespaces: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['node-exporter', 'kubelet', 'cadvisor'].map((job) => [job, 'none'])),
  ...Object.fromEntries(
    ['kube-state-metrics', 'prometheus', 'alertmanager', 'grafana', 'loki'].map((job) => [
      job,
      'veza-production-monitoring',
    ]),
  ),
  ...Object.fromEntries(['fluent-bit', 'log-lines'].map((job) => [job, 'veza-production-logs'])),
  'cert-manager': 'cert-manager',
  'ingress-nginx': 'ingress-nginx',
  'envoy-gateway': 'envoy-gateway-system',
  'nginx-gateway-fabric': 'veza-production-edge',
};

/** Labels of a job's targets. */
export function jobLabels(job: string): Readonly<Record<string, string>> {
  const namespace = everything.jobs.find(({ name }) => name === job)?.namespace ?? 'none';
  return { job, ...(namespace === 'none' ? {} : { namespace }) };
}

/** A series of the first target of a job. */
export function targetSeries(metric: string, job: string): string {
  const labels = Object.entries({ ...jobLabels(job), instance: 'a' });
  return `${metric}{${labels.map(([name, value]) => `${name}="${value}"`).join(', ')}}`;
}

/** An environment with everything that rules know of. Backups age soon: promtool judges every rule at every minute. */
export const everything: RuleContext = {
  namespace: 'veza-production',
  monitoringNamespace: 'veza-production-monitoring',
  logsNamespace: 'veza-production-logs',
  certificateNamespaces: ['veza-production'],
  services,
  database: {
    kind: 'single',
    name: 'veza_production',
    backup: { maxAgeHours: 2, isCopied: true },
    cluster: 'none',
  },
  cache: { kind: 'replicated' },
  logs: 'collected',
  addOns: [],
  gateway: 'envoy-gateway',
  sendsSamples: true,
  servers: { kind: 'own' },
  jobs: [
    ...services.map(({ workload }) => ({ name: workload, namespace: 'veza-production' })),
    ...Object.values(scrapeJobs)
      .filter((job) => job !== scrapeJobs.pods)
      .map((name) => ({ name, namespace: namespaces[name] ?? 'veza-production' })),
  ],
  runbookBaseUrl: 'https://example.com/runbooks',
};

const cluster = { name: 'postgres-cluster', instances: 3, maxAgeHours: 2 };

/** The same environment with a database cluster. */
export const clustered: RuleContext = { ...everything, database: { ...everything.database, kind: 'cluster', cluster } };

/** A group of the environment with a database cluster. */
function clusteredGroup(group: string): RuleGroup[] {
  return makeRuleGroups(clustered).filter(({ name }) => name === group);
}

/** Every group: those of the environment, and what only a database cluster has. */
export const allGroups = [...makeRuleGroups(everything), ...clusteredGroup('database-cluster')];

/** The alerts on the database that read otherwise of a cluster. */
export const clusteredDatabaseGroups = clusteredGroup('database').map((group) => ({
  ...group,
  name: 'database-of-cluster',
}));
