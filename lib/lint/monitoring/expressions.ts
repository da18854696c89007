import type { Cursor } from '../../manifests/cursor';
import type { MonitoringFiles } from './monitoring-files';
import { metricNames } from './promql';

/** The rules of every file: alerts, and recordings. */
export function alertingRules({ rules }: MonitoringFiles): Cursor[] {
  return rules.flatMap(({ content }) => content.items('groups').flatMap((group) => group.items('rules')));
}

/** Every metric that a rule or a dashboard names, and where. */
export function namedMetrics(files: MonitoringFiles): { readonly at: Cursor; readonly name: string }[] {
  const expressions = [
    ...alertingRules(files).map((rule) => rule.at('expr')),
    ...files.dashboards.flatMap(({ content }) => [...panelExpressions(content), ...variableQueries(content)]),
  ];
  return expressions.flatMap((at) => metricNames(at.text() ?? '').map((name) => ({ at, name })));
}

/** The PromQL queries of panels, also of those within rows: Loki has a language of its own. */
function panelExpressions(place: Cursor): Cursor[] {
  const panels = place.items('panels');
  return panels.flatMap((panel) => [
    ...panel
      .items('targets')
      .filter((target) => (target.text('datasource', 'type') ?? panel.text('datasource', 'type')) !== 'loki')
      .map((target) => target.at('expr')),
    ...panelExpressions(panel),
  ]);
}

/** The queries that fill a dashboard's variables: only the metric of `label_values(metric, label)` is one. */
function variableQueries(dashboard: Cursor): Cursor[] {
  return dashboard
    .at('templating')
    .items('list')
    .filter((variable) => variable.text('type') === 'query')
    .map((variable) =>
      typeof variable.at('query').value === 'string' ? variable.at('query') : variable.at('query', 'query'),
    )
    .map((query) => query.readAs((query.text() ?? '').replace(/^label_values\((?:(.*),)?[^,]*\)$/s, '$1')));
}
