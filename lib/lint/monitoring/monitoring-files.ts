import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { rememberFor, rememberTexts } from '../../manifests/remember';
import { embeddedFile } from '../configuration/embedded-files';

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

export const monitoringFiles = rememberFor(
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
        const content = embeddedFile(key, text)?.content;
        return content === undefined ? [] : [{ object, name: key, content: at.readAs(content) }];
      }),
  );
}
