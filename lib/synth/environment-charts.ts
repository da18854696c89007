import { App, type Chart } from 'cdk8s';
import { EdgeChart } from '../charts/edge-chart';
import { EnvironmentChart } from '../charts/environment-chart';
import { LogsChart } from '../charts/logs-chart';
import { DashboardsChart, MonitoringChart } from '../charts/monitoring-chart';
import { OperatorChart, SharedDashboardsChart } from '../charts/operator-chart';
import type { CheckOptions } from '../lint/lint-manifests';
import type { Connection } from '../platform/connection';
import { type Environment, isBundled, isOperated, nameEdgeNamespace, nameLogsNamespace } from '../platform/environment';
import type { ValidEnvironment } from '../platform/environment-validation';
import { findGateway } from '../platform/settings/edge';
import type { Monitoring } from '../platform/settings/monitoring';

/** Names of the files that an environment may have in front of `.k8s.yaml`, in the order in which they are applied. */
export function namePossibleFiles(name: string): Record<PossibleFile, string> {
  // kubectl applies a folder in the order of its names, and the dot sorts behind the hyphen: the namespace comes first.
  return {
    main: name,
    edge: `${name}-edge`,
    monitoring: `${name}-monitoring`,
    logs: `${name}-logs`,
    dashboards: `${name}.dashboards`,
    admission: `${name}.admission`,
  };
}

type PossibleFile = 'main' | 'edge' | 'monitoring' | 'logs' | 'dashboards' | 'admission';

/** Names of the files that a release of an environment has, without `.k8s.yaml`. */
export function nameEnvironmentFiles({
  name,
  edge,
  monitoring,
  logs,
}: Pick<Environment, 'name' | 'edge' | 'monitoring' | 'logs'>): string[] {
  const files = namePossibleFiles(name);
  return [
    files.main,
    ...(findGateway(edge) === undefined ? [] : [files.edge]),
    ...(monitoring.kind === 'none' ? [] : [files.monitoring]),
    ...(logs.kind === 'none' ? [] : [files.logs]),
    ...(hasDashboards(monitoring) ? [files.dashboards] : []),
  ];
}

function hasDashboards(monitoring: Monitoring): boolean {
  return monitoring.kind === 'operator' ? monitoring.dashboards.kind !== 'none' : monitoring.kind === 'bundled';
}

/** A chart, the file that its objects are written to, and the connections that its network policies allow. */
interface FileChart {
  readonly file: string;
  readonly chart: Chart;
  readonly graphs: NonNullable<CheckOptions['graphs']>;
}

/**
 * The charts of an environment, in the order of its files.
 * Each has an App of its own: cdk8s validates a whole App again for each of its charts.
 */
export function makeCharts(valid: ValidEnvironment): FileChart[] {
  const { environment } = valid;
  const { namespace } = environment;
  const files = namePossibleFiles(environment.name);
  const main = new EnvironmentChart(new App(), files.main, valid);
  const own = { file: files.main, chart: main, graphs: [{ namespace, connections: main.connections }] };
  const edge = makeEdgeChart(files.edge, valid);
  if (isOperated(environment)) {
    const shared = new SharedDashboardsChart(new App(), files.dashboards, { platform: valid.platform, environment });
    return [
      own,
      ...edge,
      { file: files.monitoring, chart: new OperatorChart(new App(), files.monitoring, valid), graphs: [] },
      ...makeLogsChart(files.logs, valid, [main]),
      ...(hasDashboards(environment.monitoring) ? [{ file: files.dashboards, chart: shared, graphs: [] }] : []),
    ];
  }
  if (!isBundled(environment)) return [own, ...edge];
  const monitoring = new MonitoringChart(new App(), files.monitoring, valid);
  const { namespaceScope, connections } = monitoring;
  const servers = {
    file: files.monitoring,
    chart: monitoring,
    graphs: [{ namespace: namespaceScope.namespace, connections }],
  };
  const dashboards = new DashboardsChart(new App(), files.dashboards, monitoring);
  const logs = makeLogsChart(files.logs, valid, [main, monitoring]);
  return [own, ...edge, servers, ...logs, { file: files.dashboards, chart: dashboards, graphs: [] }];
}

function makeEdgeChart(file: string, { platform, environment }: ValidEnvironment): FileChart[] {
  const gateway = findGateway(environment.edge);
  if (gateway === undefined) return [];
  const chart = new EdgeChart(new App(), file, { platform, environment, gateway });
  return [
    { file, chart, graphs: [{ namespace: nameEdgeNamespace(environment.namespace), connections: chart.connections }] },
  ];
}

/** The collectors recognize the pods of every workload that the other charts connect. */
function makeLogsChart(
  file: string,
  { platform, environment }: ValidEnvironment,
  charts: readonly { readonly connections: readonly Connection[] }[],
): FileChart[] {
  const { logs, namespace } = environment;
  if (logs.kind === 'none') return [];
  const peers = charts.flatMap(({ connections }) => connections).flatMap(({ from, to }) => [from, to]);
  const workloads = peers.flatMap((peer) => (peer.kind === 'workload' ? [peer.name] : []));
  const chart = new LogsChart(new App(), file, { platform, environment, logs, workloads });
  return [{ file, chart, graphs: [{ namespace: nameLogsNamespace(namespace), connections: chart.connections }] }];
}
