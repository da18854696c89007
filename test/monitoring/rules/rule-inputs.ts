import { jobs } from '../../../lib/monitoring/jobs';
import type { RuleInput } from '../../../lib/monitoring/rules/rule-input';
import { veza } from '../../../lib/veza';

const services = veza.services.map((contract) => ({
  contract,
  workload: `veza-${contract.name}`,
  objective: 0.999,
}));

/** An environment with everything that rules know of. Backups age soon: promtool judges every rule at every minute. */
export const everything: RuleInput = {
  namespace: 'veza-production',
  monitoringNamespace: 'veza-production-monitoring',
  services,
  database: { kind: 'in-cluster', name: 'veza_production', backup: { maxAgeHours: 2, isCopied: true } },
  cache: { kind: 'in-cluster' },
  jobs: [...services.map(({ workload }) => workload), ...Object.values(jobs).filter((job) => job !== jobs.pods)],
  runbookBaseUrl: 'https://example.com/runbooks',
};
