import type { Construct } from 'constructs';
import type { NamespaceScope } from '../constructs/kubernetes/metadata';
import type { QuotaUsage } from '../constructs/kubernetes/quota-usage';
import { BlackboxExporter } from '../constructs/monitoring/blackbox-exporter';
import { monitoringEndpoints } from '../constructs/monitoring/scrape-endpoints';
import { PriorityClass } from '../constructs/namespace/priorities';
import type { Endpoint, StoreWorkload } from '../constructs/network/connection-graph';
import { internet, tcp, workload } from '../constructs/network/well-known-peers';
import type { Connection } from '../platform/connection';
import type { Environment } from '../platform/environment';
import type { Platform } from '../platform/platform';
import { publicCertificates } from '../platform/settings/edge';

const { name, port } = monitoringEndpoints.blackbox;

/** The prober's pod, which the Prometheus of the cluster asks; none if no host is public, or the environment has its own. */
export function proberWorkloads({ services }: Platform, { monitoring }: Environment): StoreWorkload[] {
  const isProbed = monitoring.kind === 'operator' && services.some(({ exposure }) => exposure !== 'internal');
  return isProbed ? [{ peer: workload(name), metricsPort: port }] : [];
}

/** The public hosts, by their public addresses or by what serves them, if the cluster routes to it directly. */
export function proberConnections(workloads: readonly StoreWorkload[], served: readonly Endpoint[]): Connection[] {
  const hosts = [{ peer: internet, ports: [tcp(443)] }, ...served];
  return workloads.flatMap(({ peer: from }) => hosts.map(({ peer, ports }) => ({ from, to: peer, ports })));
}

/** Makes the prober of an environment that has one. Its priority is part of the class's name: it cannot be changed. */
export function addProber(
  scope: Construct,
  platform: Platform,
  environment: Environment,
  home: NamespaceScope,
): { readonly exporters: readonly BlackboxExporter[]; readonly quotaUsages: readonly QuotaUsage[] } {
  const { monitoring, edge } = environment;
  if (monitoring.kind !== 'operator' || proberWorkloads(platform, environment).length === 0) {
    return { exporters: [], quotaUsages: [] };
  }
  const value = monitoring.priority;
  const priorityClassName = `${home.namespace}-monitoring-${value}`;
  const description = `The prober of the public hosts of ${home.namespace}.`;
  new PriorityClass(scope, 'prober-priority', { home, name: priorityClassName, value, description });
  const exporter = new BlackboxExporter(scope, 'prober', {
    home,
    priorityClassName,
    publicCertificates: publicCertificates(edge),
  });
  return { exporters: [exporter], quotaUsages: [exporter.quotaUsage] };
}
