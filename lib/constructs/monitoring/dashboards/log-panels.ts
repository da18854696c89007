import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DatasourceVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { is, type Matcher, matches, oneOf, select } from '../rules/promql';
import type { RuleContext } from '../rules/rule';
import { eventLabel, linesCounter, scrapeJobs } from '../scrape-endpoints';
import { makeOwnTitle, type Rows } from './dashboard';
import { makePanel, type Panel, timeSeries } from './panels';
import { inEnvironment, rate, type Targets } from './queries';

/** Name of the data source of logs. */
export const logsSourceName = 'Loki';

/** The selected Loki: the variable `logs`, which every dashboard with a panel of lines has. */
const logsSource: DataSourceRef = { type: 'loki', uid: '$logs' };

/** Variable for the Loki to query: in a Grafana that others share, that of the environment. None without logs. */
export function makeLogsVariables({
  logs,
  servers,
}: Pick<RuleContext, 'logs' | 'servers'>): DatasourceVariableBuilder[] {
  if (logs === 'none') return [];
  const variable = new DatasourceVariableBuilder('logs').label('Logs').description('The Loki to query.').type('loki');
  if (servers.kind === 'own') return [variable];
  const name = makeOwnTitle(logsSourceName, servers.environment).replace(/[()]/g, '\\$&');
  return [variable.regex(`/^${name}$/`)];
}

/** Levels of the lines that a person reads first. */
const errors = oneOf(['error', 'fatal']);

/** Lines in Loki's query language: `{app="veza-backend-api"} | pod=~"x"`. */
function makeLogLines(title: string, description: string, expr: string): Panel {
  return () =>
    makePanel('logs', title, description, makeLogQuery(expr), 'short', logsSource)
      .height(8)
      .options({ showTime: true, wrapLogMessage: true, sortOrder: 'Descending', enableLogDetails: true });
}

function makeLogQuery(expr: string): Targets {
  const query = { refId: 'A', datasource: logsSource, expr, queryType: 'range', legendFormat: '' };
  return [{ build: () => ({ ...query, _implementsDataqueryVariant: () => {} }) }];
}

/** What the log rows of a dashboard are about. */
export interface LoggedWorkload {
  /** Matches the name of the workload. */
  readonly app: Matcher;
  /** Regular expression for the names of its pods. */
  readonly pods: string;
}

/** What a workload logs: how much, its errors, and all lines. No row without logs. */
export function makeLogRows(logs: RuleContext['logs'], { app, pods }: LoggedWorkload): Rows {
  if (logs === 'none') return {};
  const selector = { namespace: is('$environment'), app };
  const ofPods = `| pod=~${JSON.stringify(pods)}`;
  return {
    Logs: [
      timeSeries(
        'Lines',
        'Lines per second by level, of all pods. Panics count as fatal.',
        { unit: 'cps', stacked: true },
        { '{{level}}': `sum by (level) (${rate(linesCounter, inEnvironment(scrapeJobs.logLines, { app }))})` },
      ),
      makeLogLines(
        'Errors and panics',
        'Lines of these pods with the level error or fatal, the newest first.',
        `${select('', { ...selector, level: errors })} ${ofPods}`,
      ),
    ],
    'All lines': [
      makeLogLines('All lines', 'Lines of these pods, the newest first.', `${select('', selector)} ${ofPods}`),
    ],
  };
}

const ofLevels = inEnvironment(scrapeJobs.logLines, { level: errors });
const ofEvents = inEnvironment(scrapeJobs.logLines, { [eventLabel]: matches('panic|failed-login') });

/** Which workloads log errors. */
export const errorsByAppPanels: readonly Panel[] = [
  timeSeries(
    'Errors by app',
    'Lines per second with the level error or fatal. `unknown` is a workload that the collector does not know.',
    'cps',
    { '{{app}}': `sum by (app) (${rate(linesCounter, ofLevels)})` },
  ),
  timeSeries(
    'Panics and failed logins',
    'Panics of services, and logins that the database refused, per second.',
    'cps',
    { '{{app}} {{event}}': `sum by (app, ${eventLabel}) (${rate(linesCounter, ofEvents)})` },
  ),
];
