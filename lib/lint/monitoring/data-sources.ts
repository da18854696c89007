import type { Cursor } from '../../manifests/cursor';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import { listKeyReferences } from '../configuration/key-references';
import type { Rule, Violation } from '../rule';
import { findDanglingService } from '../traffic/service-references';
import { findMonitoringFiles, listPanels } from './monitoring-files';

export const dataSources: Rule = {
  name: 'data-sources',
  class: 'broken',
  finds:
    'A data source of Grafana whose URL names no Service, and a dashboard that queries a data source of which none is provisioned.',
  why: 'The panel shows an error instead of data.',
  fix: 'Name a Service and a port of it, or provision the data source.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: grafana, namespace: monitoring }
data:
  datasources.yaml: |
    apiVersion: 1
    datasources:
      - { name: Loki, uid: loki, type: loki, url: "http://loki:3100" }
`,
  *check(set) {
    const { dataSources: files, dashboards } = findMonitoringFiles(set);
    for (const { object, content } of files) {
      for (const source of content.namedItems('datasources', 'name')) yield* danglingUrl(set, object.namespace, source);
    }
    for (const object of set.ofType('GrafanaDatasource.grafana.integreatly.org')) {
      yield* danglingUrl(set, object.namespace, object.at('spec', 'datasource'));
    }
    // What no pod beside it mounts is for a Grafana outside the set, which may have other data sources.
    const mounted = new Set(listKeyReferences(set).map(({ namespace, name }) => `${namespace}/${name}`));
    const provisioned = files
      .filter(
        ({ object: { namespace, name } }) => set.podsIn(namespace).length === 0 || mounted.has(`${namespace}/${name}`),
      )
      .flatMap(({ content }) => content.namedItems('datasources', 'name'));
    if (provisioned.length === 0) return;
    for (const { content } of dashboards) yield* missingSources(content, provisioned);
  },
};

/** The host of a URL as far as it may be a Service: without its namespace it is one of Grafana's own. */
const serviceUrl = /^(https?):\/\/([a-z][a-z0-9-]*)(?:\.([a-z0-9-]+)(?:\.svc(?:\.[a-z.]+)?)?)?(?::(\d+))?(?:\/.*)?$/;

function* danglingUrl(set: ManifestSet, ownNamespace: string, source: Cursor): Generator<Violation> {
  const at = source.at('url');
  const [, scheme, name, namespace = ownNamespace, port] = serviceUrl.exec(at.text() ?? '') ?? [];
  if (name === undefined || name === 'localhost' || !set.isComplete(namespace)) return;
  const defaultPort = scheme === 'https' ? 443 : 80;
  yield* findDanglingService(set, {
    at,
    namespace,
    name,
    defaultPort: port === undefined ? defaultPort : Number(port),
  });
}

/** A variable chooses between all data sources of a type; a panel may also name one itself. */
function* missingSources(dashboard: Cursor, provisioned: readonly Cursor[]): Generator<Violation> {
  const types = provisioned.flatMap((source) => source.text('type') ?? []);
  for (const variable of dashboard.at('templating').namedItems('list', 'name')) {
    const at = variable.at('query');
    const type = at.text();
    if (variable.text('type') !== 'datasource' || type === undefined || types.includes(type)) continue;
    yield {
      at,
      message: `no data source of type ${type} is provisioned (there is ${formatList(types)})`,
      remedy: `provision one, or remove the panels that query it`,
    };
  }
  const uids = provisioned.flatMap((source) => source.text('uid') ?? []);
  // Grafana itself gives a uid to a data source that states none.
  if (uids.length < provisioned.length) return;
  for (const at of listPanels(dashboard).flatMap(namedSources)) {
    if (uids.includes(at.text() ?? '')) continue;
    yield {
      at,
      message: `no data source has the uid ${at.text()} (there is ${formatList(uids)})`,
      remedy: 'state the uid of a provisioned data source',
    };
  }
}

/** The uids that a panel and its queries state. Variables and Grafana's own sources, such as "-- Mixed --", are none. */
function namedSources(panel: Cursor): Cursor[] {
  const places = [panel, ...panel.items('targets')].map((place) => place.at('datasource', 'uid'));
  return places.filter((at) => /^(?!grafana$)[\w-]*\w$/.test(at.text() ?? ''));
}
