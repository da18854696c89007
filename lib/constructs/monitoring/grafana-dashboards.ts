import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type NamespaceScope, type WorkloadIdentity, workloadMetadata } from '../kubernetes/metadata';
import { monitoringEndpoints } from './scrape-endpoints';

/** A dashboard as Grafana reads it from a file. */
export interface Dashboard {
  /** Identifies it permanently: links and bookmarks contain it. */
  readonly uid: string;
  /** Title that Grafana shows. */
  readonly title: string;
  /** Content of the file. */
  readonly json: object;
}

/** Properties of `GrafanaDashboards`. */
export interface GrafanaDashboardsProps {
  /** Namespace of the monitoring. */
  readonly namespaceScope: NamespaceScope;
  /** The dashboards of its Grafana. */
  readonly dashboards: readonly Dashboard[];
}

/** Grafana's workload, to which its dashboards belong too. */
export function grafanaIdentity(namespaceScope: NamespaceScope): WorkloadIdentity {
  return { ...namespaceScope, name: monitoringEndpoints.grafana.name, component: 'dashboards' };
}

/**
 * The dashboards that Grafana reads, one ConfigMap each.
 * One for all would be too large: `kubectl apply` copies an object into an annotation of itself, which has a limit.
 */
export class GrafanaDashboards extends Construct {
  constructor(scope: Construct, id: string, { namespaceScope, dashboards }: GrafanaDashboardsProps) {
    super(scope, id);
    const identity = grafanaIdentity(namespaceScope);
    for (const dashboard of dashboards) {
      const name = configMapName(dashboard);
      new k8s.KubeConfigMap(this, name, {
        metadata: workloadMetadata(identity, name),
        data: { [dashboardFile(dashboard)]: writeDashboard(dashboard) },
      });
    }
  }
}

/** Content of a dashboard's file. */
export function writeDashboard({ json }: Dashboard): string {
  return `${JSON.stringify(json, null, 1)}\n`;
}

/** Name of a dashboard's file in Grafana's pod. */
export function dashboardFile({ uid }: Dashboard): string {
  return `${uid}.json`;
}

/** A volume with a file for each dashboard. */
export function dashboardVolume(name: string, dashboards: readonly Dashboard[]): k8s.Volume {
  return {
    name,
    projected: { sources: dashboards.map((dashboard) => ({ configMap: { name: configMapName(dashboard) } })) },
  };
}

function configMapName({ uid }: Dashboard): string {
  return `${monitoringEndpoints.grafana.name}-dashboard-${uid}`;
}
