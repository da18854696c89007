import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { GrafanaOperatorDashboards, SidecarDashboards } from '../../../platform/settings/operator-monitoring';
import { writeYaml } from '../../../platform/yaml';
import { type NamespaceScope, platformMetadata } from '../../kubernetes/metadata';
import { logsEndpoints } from '../../logs/logs-endpoints';
import { ownTitle, ownUid } from '../dashboards/dashboard';
import { logsSourceName } from '../dashboards/log-panels';
import { logsDataSource, logsDataSourceUid } from '../grafana-provisioning';
import { GrafanaDatasource } from './custom-kinds';

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
    new GrafanaDatasource(this, 'import', {
      metadata,
      spec: {
        allowCrossNamespaceImport: true,
        instanceSelector: { matchLabels: found.instanceLabels },
        uid,
        datasource: dataSource,
      },
    });
  }
}
