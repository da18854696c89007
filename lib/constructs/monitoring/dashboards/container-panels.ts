import { is, isNot, type Matchers, matches, select } from '../rules/promql';
import type { MonitoringServers } from '../rules/rule';
import { scrapeJobs } from '../scrape-endpoints';
import { limitedShare, type Panel, timeSeries } from './panels';
import { increase, inEnvironment, rate, share } from './queries';

/** Usage of containers as a share of their limits, for the pods whose names match the pattern. */
export function makeContainerPanels(pods: string, servers: MonitoringServers): Panel[] {
  // Series without a container name are sums of a pod.
  const running = matchContainers(servers, { pod: matches(pods), container: isNot('') });
  const limit = (resource: string) => sumByContainer(selectLimits(resource, { pod: matches(pods) }));
  return [
    timeSeries(
      'CPU of limit',
      'CPU time that each container uses, as a share of its limit. At 100 % it is throttled.',
      'percentunit',
      { [container]: share(sumByContainer(rate('container_cpu_usage_seconds_total', running)), limit('cpu')) },
    ),
    timeSeries(
      'Memory of limit',
      'Working set of each container, as a share of its limit. At 100 % the container is OOM-killed.',
      limitedShare,
      { [container]: share(`max by (pod, container) (${select(workingSet, running)})`, limit('memory')) },
    ),
    timeSeries(
      'CPU throttling',
      'Share of scheduling periods in which a container was throttled at its CPU limit. Throttling adds latency.',
      limitedShare,
      {
        [container]: share(
          sumByContainer(rate('container_cpu_cfs_throttled_periods_total', running)),
          sumByContainer(rate('container_cpu_cfs_periods_total', running)),
        ),
      },
    ),
  ];
}

/** Legend of a container. */
const container = '{{pod}} {{container}}';

/** Memory that the kernel cannot take back, by which a container is OOM-killed. */
const workingSet = 'container_memory_working_set_bytes';

function sumByContainer(series: string): string {
  return `sum by (pod, container) (${series})`;
}

/** Restarts of containers, for the pods whose names match the pattern. */
export function makeRestartsPanel(pods: string): Panel {
  const matchers = inEnvironment(scrapeJobs.kubeStateMetrics, { pod: matches(pods) });
  return timeSeries(
    'Restarts',
    'Restarts of containers. The reason is a crash, a failed liveness probe or an OOM kill.',
    'short',
    { [container]: sumByContainer(increase('kube_pod_container_status_restarts_total', matchers)) },
  );
}

/** Usage of the volumes whose claims match the pattern. */
export function makeVolumesPanel(claims: string): Panel {
  const matchers = inEnvironment(scrapeJobs.kubelet, { persistentvolumeclaim: matches(claims) });
  return timeSeries('Volume', 'Share of the volume that is used. When it is full, all writes fail.', limitedShare, {
    '{{persistentvolumeclaim}}': share(
      `max by (persistentvolumeclaim) (${select('kubelet_volume_stats_used_bytes', matchers)})`,
      `max by (persistentvolumeclaim) (${select('kubelet_volume_stats_capacity_bytes', matchers)})`,
    ),
  });
}

/** Matchers of what the kubelets measure of containers. kube-prometheus-stack scrapes all paths of a kubelet in one job. */
export function matchContainers(servers: MonitoringServers, matchers: Matchers): Matchers {
  return servers.kind === 'own'
    ? inEnvironment(scrapeJobs.cadvisor, matchers)
    : inEnvironment(scrapeJobs.kubelet, { metrics_path: is('/metrics/cadvisor'), ...matchers });
}

/** Limits of containers for a resource: `cpu` or `memory`. */
export function selectLimits(resource: string, containers: Matchers): string {
  const matchers = inEnvironment(scrapeJobs.kubeStateMetrics, { ...containers, resource: is(resource) });
  return select('kube_pod_container_resource_limits', matchers);
}
