import { replicasBeforeRestore, restoreJobPrefix } from '../../../platform/backup-names';
import { scrapeJobs } from '../scrape-endpoints';
import type { AlertingRule } from './rule';
import { alertingRule } from './rule';
import type { RuleContext } from './rule-context';
import { is, isNot, matches, select } from './selector';

/**
 * A restore has stopped the services and is at work: they were stopped in the last 15 minutes, or its Job has worked in
 * these. One that was killed is at work no more, so that its services page. It goes on for ten minutes after the services
 * are started again, until what they export is seen.
 */
export function restoreInProgress(input: RuleContext): AlertingRule {
  const ksm = { job: is(scrapeJobs.kubeStateMetrics), namespace: is(input.namespace) };
  const annotation = `annotation_${replicasBeforeRestore.replace(/\W/g, '_')}`;
  const stopped = select('kube_deployment_annotations', { ...ksm, [annotation]: isNot('') });
  const working = select('kube_job_status_active', { ...ksm, job_name: matches(`${restoreJobPrefix}.*`) });
  const stillStopped = `max by (namespace) (max_over_time(${stopped}[10m]))`;
  return alertingRule(input, {
    name: 'RestoreInProgress',
    severity: 'warning',
    for: '0s',
    expr: `(
  ${stillStopped}
  unless
  max by (namespace) (${stopped} offset 15m)
)
or
(
  ${stillStopped}
  and
  max by (namespace) (max_over_time(${working}[15m])) > 0
)`,
    summary: 'A restore of the database is in progress',
    description:
      'A restore has paused the services of {{ $labels.namespace }}. Their alerts are muted in the meantime.',
  });
}
