import type { RuleContext } from '../../../../lib/constructs/monitoring/rules/rule';
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
  database: { kind: 'single', name: 'veza_production', backup: { maxAgeHours: 2, isCopied: true } },
  cache: { kind: 'single' },
  jobs: [
    ...services.map(({ workload }) => workload),
    ...Object.values(scrapeJobs).filter((job) => job !== scrapeJobs.pods),
  ],
  runbookBaseUrl: 'https://example.com/runbooks',
};
