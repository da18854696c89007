import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { computeChecksum } from '../../kubernetes/metadata';
import { is, type Matchers, oneOf, select } from '../rules/promql';
import type { MonitoredService, MonitoringServers } from '../rules/rule';
import { scrapeJobs } from '../scrape-endpoints';
import type { Panel } from './panels';
import { dataSource, inEnvironment } from './queries';

/** A dashboard as Grafana reads it from a file. */
export interface Dashboard {
  /** Identifies it permanently: links and bookmarks contain it. */
  readonly uid: string;
  /** Title that Grafana shows. */
  readonly title: string;
  /** Content of the file. */
  readonly json: object;
}

/**
 * A dashboard as a list of rows.
 * @internal
 */
export interface DashboardDefinition {
  /** Identifies it permanently: links and bookmarks contain it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Jobs whose namespaces can be selected as the environment; none where it is about all of them. */
  readonly environmentOf: readonly string[];
  /** Variables in addition to the data source and the environment. */
  readonly variables: readonly (QueryVariableBuilder | DatasourceVariableBuilder)[];
  /** Events that are marked on its graphs. */
  readonly annotations: readonly AnnotationQueryBuilder[];
  readonly rows: Rows;
}

/**
 * Rows of panels of equal width, from top to bottom, by their titles.
 * @internal
 */
export type Rows = Readonly<Record<string, readonly Panel[]>>;

/** Columns of Grafana's grid. */
const columns = 24;

/** Identifies something of a namespace in a Grafana that others share, by at most 40 characters. */
export function makeOwnUid(uid: string, namespace: string): string {
  return `${uid}-${computeChecksum({ namespace }).slice(0, 8)}`;
}

/** Names something of an environment in a Grafana that others share. */
export function makeOwnTitle(title: string, environment: string): string {
  return `${title} (${environment})`;
}

/** What of a dashboard depends on whose Grafana shows it. */
interface Placement {
  readonly uid: string;
  readonly title: string;
  /** Dashboards link to all dashboards with this tag. */
  readonly tag: string;
  /** Restricts the namespaces that can be selected. */
  readonly namespace: Matchers;
}

/** In a Grafana that others share, each environment has dashboards of its own, which are about that environment alone. */
function placeDashboard({ uid, title }: DashboardDefinition, servers: MonitoringServers): Placement {
  if (servers.kind === 'own') return { uid, title, tag: 'platform', namespace: {} };
  const { environment, namespace } = servers;
  return {
    uid: makeOwnUid(uid, namespace),
    title: makeOwnTitle(title, environment),
    tag: namespace,
    namespace: { namespace: is(namespace) },
  };
}

/**
 * Builds a dashboard that users cannot change.
 * @internal
 */
export function buildDashboard(definition: DashboardDefinition, servers: MonitoringServers): Dashboard {
  const { description, environmentOf, variables, annotations, rows } = definition;
  const { uid, title, tag, namespace } = placeDashboard(definition, servers);
  const environment = environmentOf.length === 0 ? [] : [makeEnvironmentVariable(environmentOf, namespace)];
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .variables([makeDataSourceVariable(), ...environment, ...variables])
    .annotations([...annotations])
    .links([linksToOthers(tag)]);
  for (const [index, row] of Object.entries(rows).entries()) addRow(builder, row, 100 * (index + 1));
  // The builders' objects contain functions and undefined fields, which JSON does not have.
  return { uid, title, json: JSON.parse(JSON.stringify(builder.build())) };
}

function addRow(builder: DashboardBuilder, [title, panels]: [string, readonly Panel[]], id: number): void {
  builder.withRow(new RowBuilder(title).id(id));
  for (const [index, panel] of panels.entries()) {
    builder.withPanel(
      panel()
        .id(id + index + 1)
        .span(columns / panels.length),
    );
  }
}

function linksToOthers(tag: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([tag])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true);
}

/** Options of a query variable. */
export interface VariableOptions {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** A `label_values(series, label)` query. */
  readonly query: string;
}

/** Variable for the Prometheus to query. */
function makeDataSourceVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .description('The Prometheus to query.')
    .type('prometheus');
}

/**
 * Variable for the namespace of the environment. Its values are the namespaces in which the jobs have targets.
 * Series have no label `environment`: Prometheus adds it only to alerts.
 */
function makeEnvironmentVariable(jobs: readonly string[], namespace: Matchers): QueryVariableBuilder {
  return makeSingleValueVariable({
    name: 'environment',
    label: 'Environment',
    description: 'Namespace of the environment.',
    query: `label_values(${select('up', { job: oneOf(jobs), ...namespace })}, namespace)`,
  });
}

/**
 * Variable with one selected value.
 * @internal
 */
export function makeSingleValueVariable({ name, label, description, query }: VariableOptions): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(dataSource)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);
}

/**
 * Variable with several selected values, initially all. Queries match them with `=~`.
 * @internal
 */
export function makeMultiValueVariable(options: VariableOptions): QueryVariableBuilder {
  return makeSingleValueVariable(options)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: 'All', value: '$__all' });
}

/**
 * Marks deploys and rollbacks on every graph: times at which a service runs an image that it did not run ten minutes before.
 * Ten minutes, so that a short gap in the series of kube-state-metrics is not shown as a deploy of all services.
 * @internal
 */
export function makeDeployMarks(services: readonly MonitoredService[]): AnnotationQueryBuilder {
  const container = oneOf(services.map(({ contract }) => contract.name));
  const running = select('kube_pod_container_info', inEnvironment(scrapeJobs.kubeStateMetrics, { container }));
  const images = (series: string) => `count by (container, image_spec) (${series})`;
  return new AnnotationQueryBuilder()
    .name('Deploys')
    .datasource(dataSource)
    .enable(true)
    .iconColor('blue')
    .expr(`${images(running)}\nunless\n${images(`max_over_time(${running}[10m] offset 2m)`)}`)
    .step('60s')
    .titleFormat('Deploy of {{container}}')
    .textFormat('{{image_spec}}');
}
