import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DatasourceVariableBuilder, PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { eventLabel, linesCounter } from '../../logs/logs-endpoints';
import { is, matches, oneOf } from '../rules/selector';
import { scrapeJobs } from '../scrape-endpoints';
import type { Row } from './dashboard';
import { type Panel, timeSeries } from './panels';
import { inEnvironment, rate } from './queries';

/** The selected Loki: the variable `logs`, which every dashboard with a panel of lines has. */
const logsSource: DataSourceRef = { type: 'loki', uid: '$logs' };

/** Variable for the Loki to query. */
export function logsVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('logs').label('Logs').description('The Loki to query.').type('loki');
}

/** Lines in Loki's query language: `{app="veza-backend-api"} | pod=~"x"`. */
function logLines(title: string, description: string, expr: string): Panel {
  return () =>
    new PanelBuilder()
      .type('logs')
      .title(title)
      .description(description)
      .datasource(logsSource)
      .targets([
        {
          build: () => ({
            refId: 'A',
            datasource: logsSource,
            expr,
            queryType: 'range',
            legendFormat: '',
            _implementsDataqueryVariant: () => {},
          }),
        },
      ])
      .unit('short')
      .height(8)
      .options({ showTime: true, wrapLogMessage: true, sortOrder: 'Descending', enableLogDetails: true });
}

/** What the selected pods of the selected service log. */
export const serviceLogsRow: Row = {
  title: 'Logs',
  panels: [
    timeSeries({
      title: 'Lines',
      description: 'Lines per second by level, of all pods of the service. Panics count as fatal.',
      unit: 'cps',
      stacked: true,
      queries: {
        '{{level}}': `sum by (level) (${rate(linesCounter, inEnvironment(scrapeJobs.logLines, { app: is('$service') }))})`,
      },
    }),
    logLines(
      'Errors and panics',
      'Lines of the selected pods with the level error or fatal, the newest first.',
      '{namespace="$environment", app="$service", level=~"error|fatal"} | pod=~"$pod"',
    ),
  ],
};

const ofLevels = inEnvironment(scrapeJobs.logLines, { level: oneOf(['error', 'fatal']) });
const ofEvents = inEnvironment(scrapeJobs.logLines, { [eventLabel]: matches('panic|failed-login') });

/** Which workloads log errors. */
export const errorsByAppRow: Row = {
  title: 'Logs',
  panels: [
    timeSeries({
      title: 'Errors by app',
      description:
        'Lines per second with the level error or fatal. `unknown` is a workload that the collector does not know.',
      unit: 'cps',
      queries: { '{{app}}': `sum by (app) (${rate(linesCounter, ofLevels)})` },
    }),
    timeSeries({
      title: 'Panics and failed logins',
      description: 'Panics of services, and logins that the database refused, per second.',
      unit: 'cps',
      queries: { '{{app}} {{event}}': `sum by (app, ${eventLabel}) (${rate(linesCounter, ofEvents)})` },
    }),
  ],
};
