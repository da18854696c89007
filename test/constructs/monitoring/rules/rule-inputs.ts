import { databaseGroup } from '../../../../lib/constructs/monitoring/rules/database';
import { databaseClusterGroup } from '../../../../lib/constructs/monitoring/rules/database-cluster';
import type { RuleContext } from '../../../../lib/constructs/monitoring/rules/rule';
import { ruleGroups } from '../../../../lib/constructs/monitoring/rules/rule-groups';
import { scrapeJobs } from '../../../../lib/constructs/monitoring/scrape-endpoints';
import { veza } from '../../../../lib/veza/veza';

const services = veza.services.map((contract) => ({
  contract,
  workload: `veza-${contract.name}`,
  objective: 0.999,
}));

/** An environment with everything that rules know of. Backups age soon: promtool judges every rule at every minute. */
export const everything: RuleContext = {
  namespace: 'veza-production',
  monitoringNamespace: 'veza-production-monitoring',
  services,
  database: {
    kind: 'single',
    name: 'veza_production',
    backup: { maxAgeHours: 2, isCopied: true },
    cluster: 'none',
  },
  cache: { kind: 'replicated' },
  logs: 'collected',
  jobs: [
    ...services.map(({ workload }) => workload),
    ...Object.values(scrapeJobs).filter((job) => job !== scrapeJobs.pods),
  ],
  runbookBaseUrl: 'https://example.com/runbooks',
};

const cluster = { name: 'postgres-cluster', instances: 3, maxAgeHours: 2 };

/** The same environment with a database cluster. */
export const clustered: RuleContext = { ...everything, database: { ...everything.database, kind: 'cluster', cluster } };

/** Every group: those of the environment, and what only a database cluster has. */
export const allGroups = [...ruleGroups(everything), databaseClusterGroup(clustered, cluster)];

/** The alerts on the database that read otherwise of a cluster. */
export const clusteredDatabaseGroup = { ...databaseGroup(clustered), name: 'database-of-cluster' };
