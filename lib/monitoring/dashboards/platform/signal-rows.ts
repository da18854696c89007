import { recordingNames } from '../../rules/recording-names';
import { is, oneOf, select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph } from '../panels';
import { burnRate } from '../service-level';

const services = { namespace: is('$environment') };

/** Traffic, errors, latency. */
export const signalRow: Row = {
  title: 'Traffic, errors, latency',
  panels: [
    graph({
      title: 'Traffic',
      description: 'Events in a second: requests, connects or starts of streams, whichever the service counts.',
      unit: 'reqps',
      queries: { '{{job}}': select(recordingNames.events('5m'), services) },
    }),
    graph({
      title: 'Errors',
      description: 'Share of events that were bad: failed, or too late.',
      unit: 'percentunit',
      queries: { '{{job}}': select(recordingNames.errorRatio('5m'), services) },
    }),
    graph({
      title: 'Latency',
      description: '95 % of users waited less than this.',
      unit: 's',
      queries: { '{{job}}': select(recordingNames.responseTimeP95, services) },
    }),
  ],
};

/** How the error budgets are spent, and what fires. */
export const budgetRow: Row = {
  title: 'Error budgets and alerts',
  panels: [
    graph({
      title: 'Error budget left',
      description: 'What is left of the bad events that the objectives allow in 30 days.',
      unit: 'percentunit',
      signed: true,
      queries: { '{{job}}': select(recordingNames.budgetRemaining, services) },
    }),
    graph({
      title: 'Burn rate',
      description: 'Speed at which an hour spends the error budget. Above 14.4 somebody is woken up.',
      unit: 'short',
      queries: { '{{job}}': burnRate('1h', services) },
    }),
    graph({
      title: 'Alerts',
      description: 'Alerts that fire.',
      unit: 'short',
      stacked: true,
      queries: {
        '{{alertname}}': `count by (alertname) (${select('ALERTS', { alertstate: is('firing'), severity: oneOf(['critical', 'warning']) })})`,
      },
    }),
  ],
};
