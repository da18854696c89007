import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { GrafanaDashboards, type GrafanaDashboardsProps } from '../constructs/monitoring/grafana-dashboards';

/** Properties of a `DashboardsChart`: the namespace and the dashboards of a `MonitoringChart`, which has both. */
export type DashboardsChartProps = GrafanaDashboardsProps;

/**
 * The dashboards that the Grafana of a `MonitoringChart` mounts.
 * They are a chart of their own because they are long: a change of an alert rule would be lost between them.
 * Grafana's pod waits until these ConfigMaps exist.
 */
export class DashboardsChart extends Chart {
  constructor(scope: Construct, id: string, props: DashboardsChartProps) {
    super(scope, id, { disableResourceNameHashes: true });
    new GrafanaDashboards(this, 'dashboards', props);
  }
}
