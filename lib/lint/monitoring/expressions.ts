import type { Cursor } from '../../manifests/cursor';
import type { MonitoringFiles } from './monitoring-files';
import { metricNames } from './promql';

/** The rules of every file: alerts, and recordings. */
export function alertingRules({ rules }: MonitoringFiles): Cursor[] {
  return rules.flatMap(({ content }) => content.items('groups').flatMap((group) => group.items('rules')));
}

/** Every metric that a rule or a dashboard names, of those that are looked for, and where. */
export function namedMetrics(
  files: MonitoringFiles,
  isSought: (name: string) => boolean,
): { readonly at: Cursor; readonly name: string }[] {
  const expressions = [
    ...alertingRules(files).map((rule) => rule.at('expr')),
    ...files.dashboards.flatMap(({ content }) => [...panelExpressions(content), ...variableQueries(content)]),
  ];
  return expressions.flatMap((at) => metricNames(at.text() ?? '', isSought).map((name) => ({ at, name })));
}

/** The PromQL queries of panels: Loki has a language of its own. */
function panelExpressions(dashboard: Cursor): Cursor[] {
  return allPanels(dashboard).flatMap((panel) =>
    queriesOf(panel)
      .filter((query) => !query.isOfLogs)
      .map(({ at }) => at),
  );
}

/** The LogQL queries of panels. */
export function logExpressions(dashboard: Cursor): Cursor[] {
  return allPanels(dashboard).flatMap((panel) =>
    queriesOf(panel)
      .filter((query) => query.isOfLogs)
      .map(({ at }) => at),
  );
}

function queriesOf(panel: Cursor): { readonly at: Cursor; readonly isOfLogs: boolean }[] {
  return panel.items('targets').map((target) => ({
    at: target.at('expr'),
    isOfLogs: (target.text('datasource', 'type') ?? panel.text('datasource', 'type')) === 'loki',
  }));
}

/** The panels of a dashboard, also those within rows. */
export function allPanels(place: Cursor): Cursor[] {
  return place.items('panels').flatMap((panel) => [panel, ...allPanels(panel)]);
}

/** The queries that fill a dashboard's variables: only the metric of `label_values(metric, label)` is one. */
function variableQueries(dashboard: Cursor): Cursor[] {
  return dashboard
    .items('templating', 'list')
    .filter((variable) => variable.text('type') === 'query')
    .map((variable) =>
      typeof variable.at('query').value === 'string' ? variable.at('query') : variable.at('query', 'query'),
    )
    .map((query) => query.readAs((query.text() ?? '').replace(/^label_values\((?:(.*),)?[^,]*\)$/s, '$1')));
}
