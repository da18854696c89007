import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { GrafanaOperatorDashboards, SidecarDashboards } from '../../../platform/settings/operator-monitoring';
import { type NamespaceScope, platformMetadata } from '../../kubernetes/metadata';
import { type Dashboard, dashboardFile, writeDashboard } from '../grafana-dashboards';
import { GrafanaDashboard } from './custom-kinds';

/** Properties of `SharedDashboards`. */
export interface SharedDashboardsProps {
  readonly namespaceScope: NamespaceScope;
  readonly dashboards: readonly Dashboard[];
  /** How the Grafana of the cluster finds them. */
  readonly found: SidecarDashboards | GrafanaOperatorDashboards;
}

/** Dashboards for the Grafana of the cluster: a ConfigMap each, which its sidecar or its operator reads. */
export class SharedDashboards extends Construct {
  constructor(scope: Construct, id: string, { namespaceScope, dashboards, found }: SharedDashboardsProps) {
    super(scope, id);
    const marks = found.kind === 'sidecar' ? found : { labels: {}, annotations: {} };
    for (const dashboard of dashboards) {
      const metadata = platformMetadata(namespaceScope, `dashboard-${dashboard.uid}`);
      const key = dashboardFile(dashboard);
      new k8s.KubeConfigMap(this, dashboard.uid, {
        metadata: {
          ...metadata,
          labels: { ...metadata.labels, ...marks.labels },
          ...(Object.keys(marks.annotations).length === 0 ? {} : { annotations: marks.annotations }),
        },
        data: { [key]: writeDashboard(dashboard) },
      });
      if (found.kind === 'sidecar') continue;
      new GrafanaDashboard(this, `${dashboard.uid}-import`, {
        metadata,
        spec: {
          allowCrossNamespaceImport: true,
          instanceSelector: { matchLabels: found.instanceLabels },
          folder: found.folder,
          configMapRef: { name: `dashboard-${dashboard.uid}`, key },
        },
      });
    }
  }
}
