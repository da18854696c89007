import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { rememberFor } from '../../manifests/remember';
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
    prometheus: filesWith(set, /\.ya?ml$/, /^scrape_configs:/m).filter(({ content }) => !isPromtail(content)),
    alertmanager: filesWith(set, /\.ya?ml$/, /^receivers:/m),
    rules: [...filesWith(set, /\.ya?ml$/, /^groups:/m), ...ruleObjects(set)],
    dashboards: filesWith(set, /\.json$/, /"panels"/),
    dataSources: filesWith(set, /\.ya?ml$/, /^datasources:/m),
    loki: filesWith(set, /\.ya?ml$/, /^limits_config:/m),
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

function filesWith(set: ManifestSet, name: RegExp, mark: RegExp): MonitoringFile[] {
  return set.ofType('ConfigMap', 'Secret').flatMap((object) =>
    ['data', 'stringData']
      .flatMap((field) => object.at(field).entries())
      .flatMap(([key, at]) => {
        const text = at.text();
        if (text === undefined || !name.test(key) || !mark.test(text)) return [];
        const content = embeddedFile(key, text)?.content;
        return content === undefined ? [] : [{ object, name: key, content: at.readAs(content) }];
      }),
  );
}
