import { recordingNames, type SliWindow, sliWindows } from '../../rules/recording-names';
import { select } from '../../rules/selector';
import { wholeIsGood, worseBelow, worseFrom } from '../colors';
import type { Row } from '../dashboard';
import { figure, graph } from '../panels';
import { burnRate } from '../service-level';
import { service } from './indicator';

const budget = select(recordingNames.budgetRemaining, service);

/** What somebody looks at first. */
export const state: Row = {
  title: 'Service level',
  panels: [
    figure({
      title: 'Objective',
      description: 'Share of events that are to be good, over 30 days.',
      unit: 'percentunit',
      queries: { objective: select(recordingNames.objective, service) },
    }),
    figure({
      title: 'Error budget left',
      description: 'What is left of the bad events that the objective allows in 30 days. Below 0 it was missed.',
      unit: 'percentunit',
      queries: { left: budget },
      colors: worseBelow(0.5, 0),
    }),
    figure({
      title: 'Burn rate',
      description: 'Speed at which the last hour spent the budget: at 1 it lasts 30 days, at 14.4 two.',
      unit: 'short',
      queries: { '1h': burnRate('1h', service) },
      colors: worseFrom(1, 14.4),
    }),
    figure({
      title: 'Bad events',
      description: 'Share of bad events in the last five minutes.',
      unit: 'percentunit',
      queries: { bad: select(recordingNames.errorRatio('5m'), service) },
    }),
    figure({
      title: 'Response time',
      description: '95 % of users waited less than this, in the last five minutes.',
      unit: 's',
      queries: { '95 %': select(recordingNames.responseTimeP95, service) },
    }),
    figure({
      title: 'Scraped',
      description: 'Share of its pods that tell their figures.',
      unit: 'percentunit',
      queries: { up: `avg(${select('up', service)})` },
      colors: wholeIsGood,
    }),
  ],
};

/** How the budget is spent. */
export const budgetRow: Row = {
  title: 'Error budget',
  panels: [
    graph({
      title: 'Error budget left',
      description: 'What is left of the bad events that the objective allows in 30 days.',
      unit: 'percentunit',
      signed: true,
      queries: { left: budget },
    }),
    graph({
      title: 'Burn rate',
      description: 'Speed at which the budget is spent, by the window that it is measured over.',
      unit: 'short',
      queries: Object.fromEntries(sliWindows.map((window: SliWindow) => [window, burnRate(window, service)])),
    }),
  ],
};
