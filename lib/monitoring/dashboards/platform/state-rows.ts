import { jobs } from '../../jobs';
import { recordingNames } from '../../rules/recording-names';
import { is, oneOf, select } from '../../rules/selector';
import { noneIsGood, worseBelow, worseFrom } from '../colors';
import type { Row } from '../dashboard';
import { figure } from '../panels';
import { inEnvironment } from '../promql';
import { burnRate } from '../service-level';

const hosts = { job: is(jobs.blackbox) };
const services = { namespace: is('$environment') };

/** What fires, by name: the first line of the first dashboard. */
export const firingRow: Row = {
  title: 'What fires',
  panels: [
    figure({
      title: 'Alerts',
      description: 'The alerts that fire, by name, and how many of each. Each has a runbook under its name.',
      unit: 'short',
      queries: {
        '{{alertname}} ({{severity}})': `count by (alertname, severity) (${select('ALERTS', { alertstate: is('firing'), severity: oneOf(['critical', 'warning']) })})`,
      },
      colors: noneIsGood,
      named: true,
      none: 'Nothing fires',
    }),
  ],
};

/** What to look at next. */
export const troubleRow: Row = {
  title: 'Trouble',
  panels: [
    figure({
      title: 'Alerts that page',
      description: 'Alerts of severity critical that fire.',
      unit: 'short',
      queries: { alerts: firing('critical') },
      colors: noneIsGood,
    }),
    figure({
      title: 'Alerts for the day',
      description: 'Alerts of severity warning that fire.',
      unit: 'short',
      queries: { alerts: firing('warning') },
      colors: worseFrom(1, 10),
    }),
    figure({
      title: 'Targets down',
      description: 'Scrape targets that do not answer, of all jobs.',
      unit: 'short',
      queries: { targets: 'sum(1 - up)' },
      colors: noneIsGood,
    }),
    figure({
      title: 'Replicas missing',
      description: 'Pods of the services that are wanted and not available.',
      unit: 'short',
      queries: {
        pods: `sum(${select('kube_deployment_status_replicas_unavailable', inEnvironment(jobs.kubeStateMetrics))})`,
      },
      colors: noneIsGood,
    }),
    figure({
      title: 'Hosts unreachable',
      description: 'Public hosts that do not answer a probe from outside in.',
      unit: 'short',
      queries: { hosts: `sum(1 - ${select('probe_success', hosts)})` },
      colors: noneIsGood,
    }),
    figure({
      title: 'First certificate to expire',
      description: 'Time until the first certificate of a public host expires. It is renewed 30 days before.',
      unit: 's',
      queries: { left: `min(${select('probe_ssl_earliest_cert_expiry', hosts)}) - time()` },
      colors: worseBelow(21 * 86_400, 7 * 86_400),
    }),
  ],
};

/** The service levels. */
export const levelRow: Row = {
  title: 'Service levels',
  panels: [
    figure({
      title: 'Error budget left',
      description: 'What is left of the bad events that the objectives allow in 30 days. Below 0 one was missed.',
      unit: 'percentunit',
      queries: { '{{job}}': select(recordingNames.budgetRemaining, services) },
      colors: worseBelow(0.5, 0),
    }),
    figure({
      title: 'Burn rate',
      description: 'Speed at which the last hour spent the error budget: at 1 it lasts 30 days, at 14.4 two.',
      unit: 'short',
      queries: { '{{job}}': burnRate('1h', services) },
      colors: worseFrom(1, 14.4),
    }),
    figure({
      title: 'Bad events',
      description: 'Share of bad events in the last five minutes.',
      unit: 'percentunit',
      queries: { '{{job}}': select(recordingNames.errorRatio('5m'), services) },
    }),
    figure({
      title: 'Objectives',
      description: 'Share of events that are to be good, over 30 days.',
      unit: 'percentunit',
      queries: { '{{job}}': select(recordingNames.objective, services) },
    }),
  ],
};

function firing(severity: string): string {
  return `count(${select('ALERTS', { alertstate: is('firing'), severity: is(severity) })}) or vector(0)`;
}
