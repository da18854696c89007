import { Construct } from 'constructs';
import { rememberFor } from '../../manifests/remember';
import type { GrafanaOperatorDashboards, SidecarDashboards } from '../../platform/settings/operator-monitoring';
import { writeYaml } from '../../platform/yaml';
import { addCustomObject } from '../kubernetes/custom-object';
import { k8s } from '../kubernetes/k8s';
import {
  makeMetadata,
  makePlatformMetadata,
  type NamespacedProps,
  type NamespaceScope,
  type WorkloadIdentity,
} from '../kubernetes/metadata';
import { type Dashboard, makeOwnTitle, makeOwnUid } from './dashboards/dashboard';
import { logsSourceName } from './dashboards/log-panels';
import { logsDataSourceUid, makeLogsDataSource } from './grafana-provisioning';
import { logsEndpoints, monitoringEndpoints } from './scrape-endpoints';

/** Properties of `GrafanaDashboards`. */
export interface GrafanaDashboardsProps extends NamespacedProps {
  /** The dashboards of its Grafana. */
  readonly dashboards: readonly Dashboard[];
}

/** Grafana's workload, to which its dashboards belong too. */
export function makeGrafanaIdentity(namespaceScope: NamespaceScope): WorkloadIdentity {
  return { ...namespaceScope, name: monitoringEndpoints.grafana.name, component: 'dashboards' };
}

/**
 * The dashboards that Grafana reads, one ConfigMap each.
 * One for all would be too large: `kubectl apply` copies an object into an annotation of itself, which has a limit.
 */
export class GrafanaDashboards extends Construct {
  constructor(scope: Construct, id: string, { namespaceScope, dashboards }: GrafanaDashboardsProps) {
    super(scope, id);
    const identity = makeGrafanaIdentity(namespaceScope);
    for (const dashboard of dashboards) {
      const name = nameConfigMap(dashboard);
      new k8s.KubeConfigMap(this, name, {
        metadata: makeMetadata(identity, name),
        data: { [nameDashboardFile(dashboard)]: writeDashboard(dashboard) },
      });
    }
  }
}

/** Content of a dashboard's file. */
export const writeDashboard = rememberFor(({ json }: Dashboard): string => `${JSON.stringify(json, null, 1)}\n`);

/** Name of a dashboard's file in Grafana's pod. */
export function nameDashboardFile({ uid }: Dashboard): string {
  return `${uid}.json`;
}

/** A volume with a file for each dashboard. */
export function makeDashboardVolume(name: string, dashboards: readonly Dashboard[]): k8s.Volume {
  return {
    name,
    projected: { sources: dashboards.map((dashboard) => ({ configMap: { name: nameConfigMap(dashboard) } })) },
  };
}

function nameConfigMap({ uid }: Dashboard): string {
  return `${monitoringEndpoints.grafana.name}-dashboard-${uid}`;
}

export interface LogsDataSourceProps extends NamespacedProps {
  /** How the Grafana of the cluster finds it. */
  readonly found: SidecarDashboards | GrafanaOperatorDashboards;
}

/** The Loki of an environment as a data source of the cluster's Grafana, under a name that dashboards select it by. */
export class LogsDataSource extends Construct {
  constructor(scope: Construct, id: string, { namespaceScope, found }: LogsDataSourceProps) {
    super(scope, id);
    const { name, port } = logsEndpoints.loki;
    const uid = makeOwnUid(logsDataSourceUid, namespaceScope.namespace);
    const url = `http://${name}.${namespaceScope.namespace}.svc:${port}`;
    const dataSource = makeLogsDataSource(url, makeOwnTitle(logsSourceName, namespaceScope.environment), uid);
    const metadata = makePlatformMetadata(namespaceScope, `${name}-data-source`);
    if (found.kind === 'sidecar') {
      new k8s.KubeConfigMap(this, 'file', {
        metadata: { ...metadata, labels: { ...metadata.labels, ...found.dataSourceLabels } },
        data: { [`${uid}.yaml`]: writeYaml({ apiVersion: 1, datasources: [dataSource] }) },
      });
      return;
    }
    addCustomObject(this, 'import', 'GrafanaDatasource', metadata, {
      ...selectInstance(found),
      uid,
      datasource: dataSource,
    });
  }
}

export interface SharedDashboardsProps extends NamespacedProps {
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
      const name = `dashboard-${dashboard.uid}`;
      const metadata = makePlatformMetadata(namespaceScope, name);
      const key = nameDashboardFile(dashboard);
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
        ...selectInstance(found),
        folder: found.folder,
        configMapRef: { name, key },
      });
    }
  }
}

/** Selects the Grafana that the operator brings an object to. */
function selectInstance({ instanceLabels }: GrafanaOperatorDashboards): object {
  return { allowCrossNamespaceImport: true, instanceSelector: { matchLabels: instanceLabels } };
}
