import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { GrafanaOperatorDashboards, SidecarDashboards } from '../../../platform/settings/operator-monitoring';
import { writeYaml } from '../../../platform/yaml';
import { addCustomObject } from '../../kubernetes/custom-object';
import { type NamespaceScope, platformMetadata } from '../../kubernetes/metadata';
import { ownTitle, ownUid } from '../dashboards/dashboard';
import { logsSourceName } from '../dashboards/log-panels';
import { type Dashboard, dashboardFile, writeDashboard } from '../grafana-dashboards';
import { logsDataSource, logsDataSourceUid } from '../grafana-provisioning';
import { logsEndpoints } from '../scrape-endpoints';

/** Properties of a `LogsDataSource`. */
export interface LogsDataSourceProps {
  readonly namespaceScope: NamespaceScope;
  /** How the Grafana of the cluster finds it. */
  readonly found: SidecarDashboards | GrafanaOperatorDashboards;
}

/** The Loki of an environment as a data source of the cluster's Grafana, under a name that dashboards select it by. */
export class LogsDataSource extends Construct {
  constructor(scope: Construct, id: string, { namespaceScope, found }: LogsDataSourceProps) {
    super(scope, id);
    const { name, port } = logsEndpoints.loki;
    const uid = ownUid(logsDataSourceUid, namespaceScope.namespace);
    const url = `http://${name}.${namespaceScope.namespace}.svc:${port}`;
    const dataSource = logsDataSource(url, ownTitle(logsSourceName, namespaceScope.environment), uid);
    const metadata = platformMetadata(namespaceScope, `${name}-data-source`);
    if (found.kind === 'sidecar') {
      new k8s.KubeConfigMap(this, 'file', {
        metadata: { ...metadata, labels: { ...metadata.labels, ...found.dataSourceLabels } },
        data: { [`${uid}.yaml`]: writeYaml({ apiVersion: 1, datasources: [dataSource] }) },
      });
      return;
    }
    addCustomObject(this, 'import', 'GrafanaDatasource', metadata, {
      allowCrossNamespaceImport: true,
      instanceSelector: { matchLabels: found.instanceLabels },
      uid,
      datasource: dataSource,
    });
  }
}

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
      addCustomObject(this, `${dashboard.uid}-import`, 'GrafanaDashboard', metadata, {
        allowCrossNamespaceImport: true,
        instanceSelector: { matchLabels: found.instanceLabels },
        folder: found.folder,
        configMapRef: { name: `dashboard-${dashboard.uid}`, key },
      });
    }
  }
}
