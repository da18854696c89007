import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { rememberFor, rememberTexts } from '../../manifests/remember';
import { readEmbeddedFile } from '../configuration/embedded-files';
import { readMetricNames } from './promql';

/** A file that a ConfigMap or Secret carries, or an object of an operator in its place: its parsed content, with paths that lead on from the object's own. */
export interface MonitoringFile {
  readonly object: Manifest;
  readonly name: string;
  readonly content: Cursor;
}

/** The files of Prometheus, Alertmanager, Grafana and Loki that a set carries. */
export interface MonitoringFiles {
  readonly prometheus: readonly MonitoringFile[];
  readonly alertmanager: readonly MonitoringFile[];
  readonly rules: readonly MonitoringFile[];
  readonly dashboards: readonly MonitoringFile[];
  /** Files that provision data sources of Grafana. */
  readonly dataSources: readonly MonitoringFile[];
  readonly loki: readonly MonitoringFile[];
}

export const findMonitoringFiles = rememberFor(
  (set: ManifestSet): MonitoringFiles => ({
    prometheus: yamlFilesWith(set, 'scrape_configs').filter(({ content }) => !isPromtail(content)),
    alertmanager: yamlFilesWith(set, 'receivers'),
    rules: [...yamlFilesWith(set, 'groups'), ...ruleObjects(set)],
    dashboards: filesWith(set, /\.json$/, (text) => text.includes('"panels"')),
    dataSources: yamlFilesWith(set, 'datasources'),
    loki: yamlFilesWith(set, 'limits_config'),
  }),
);

/** Promtail finds the files of logs as Prometheus finds its targets. */
function isPromtail(content: Cursor): boolean {
  return content.has('clients') || content.has('positions');
}

/** A PrometheusRule is a rule file by another way. */
function ruleObjects(set: ManifestSet): MonitoringFile[] {
  return set
    .ofType('PrometheusRule.monitoring.coreos.com')
    .map((object) => ({ object, name: object.name, content: object.at('spec') }));
}

function yamlFilesWith(set: ManifestSet, field: string): MonitoringFile[] {
  return filesWith(set, /\.ya?ml$/, (text) => outerFields(text).has(field));
}

/** Fields at the beginning of a line, by which a file is recognized before it is parsed. */
const outerFields = rememberTexts((text): ReadonlySet<string> => new Set(text.match(/^\w+(?=:)/gm)));

function filesWith(set: ManifestSet, name: RegExp, isWanted: (text: string) => boolean): MonitoringFile[] {
  return set.ofType('ConfigMap', 'Secret').flatMap((object) =>
    ['data', 'stringData']
      .flatMap((field) => object.at(field).entries())
      .flatMap(([key, at]) => {
        const text = at.text();
        if (text === undefined || !name.test(key) || !isWanted(text)) return [];
        const content = readEmbeddedFile(key, text)?.content;
        return content === undefined ? [] : [{ object, name: key, content: at.readAs(content) }];
      }),
  );
}

/** The rules of every file: alerts, and recordings. */
export function listAlertingRules({ rules }: MonitoringFiles): Cursor[] {
  return rules.flatMap(({ content }) => content.items('groups').flatMap((group) => group.items('rules')));
}

/** Every metric that a rule or a dashboard names, of those that are looked for, and where. */
export function findNamedMetrics(
  files: MonitoringFiles,
  isSought: (name: string) => boolean,
): { readonly at: Cursor; readonly name: string }[] {
  const expressions = [
    ...listAlertingRules(files).map((rule) => rule.at('expr')),
    ...files.dashboards.flatMap(({ content }) => [...panelExpressions(content), ...variableQueries(content)]),
  ];
  return expressions.flatMap((at) => readMetricNames(at.text() ?? '', isSought).map((name) => ({ at, name })));
}

/** The PromQL queries of panels: Loki has a language of its own. */
function panelExpressions(dashboard: Cursor): Cursor[] {
  return listPanels(dashboard).flatMap((panel) =>
    queriesOf(panel)
      .filter((query) => !query.isOfLogs)
      .map(({ at }) => at),
  );
}

/** The LogQL queries of panels. */
export function listLogExpressions(dashboard: Cursor): Cursor[] {
  return listPanels(dashboard).flatMap((panel) =>
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
export function listPanels(place: Cursor): Cursor[] {
  return place.items('panels').flatMap((panel) => [panel, ...listPanels(panel)]);
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
