import type { MonitoringServers } from '../rules/rule';
import { is, isNot, type Matchers, matches, select } from '../rules/selector';
import { scrapeJobs } from '../scrape-endpoints';
import { limitedShare, type Panel, timeSeries } from './panels';
import { increase, inEnvironment, rate, share } from './queries';

/** Usage of containers as a share of their limits, for the pods whose names match the pattern. */
export function containerPanels(pods: string, servers: MonitoringServers): Panel[] {
  const running = containers(pods, servers);
  return [cpu(pods, running), memory(pods, running), throttling(running)];
}

function cpu(pods: string, running: Matchers): Panel {
  return timeSeries(
    'CPU of limit',
    'CPU time that each container uses, as a share of its limit. At 100 % it is throttled.',
    'percentunit',
    {
      '{{pod}} {{container}}': share(
        `sum by (pod, container) (${rate('container_cpu_usage_seconds_total', running)})`,
        limits('cpu', pods),
      ),
    },
  );
}

function memory(pods: string, running: Matchers): Panel {
  return timeSeries(
    'Memory of limit',
    'Working set of each container, as a share of its limit. At 100 % the container is OOM-killed.',
    limitedShare,
    {
      '{{pod}} {{container}}': share(
        `max by (pod, container) (${select('container_memory_working_set_bytes', running)})`,
        limits('memory', pods),
      ),
    },
  );
}

function throttling(running: Matchers): Panel {
  return timeSeries(
    'CPU throttling',
    'Share of scheduling periods in which a container was throttled at its CPU limit. Throttling adds latency.',
    limitedShare,
    {
      '{{pod}} {{container}}': share(
        `sum by (pod, container) (${rate('container_cpu_cfs_throttled_periods_total', running)})`,
        `sum by (pod, container) (${rate('container_cpu_cfs_periods_total', running)})`,
      ),
    },
  );
}

/** Restarts of containers, for the pods whose names match the pattern. */
export function restarts(pods: string): Panel {
  const matchers = inEnvironment(scrapeJobs.kubeStateMetrics, { pod: matches(pods) });
  const counted = increase('kube_pod_container_status_restarts_total', matchers);
  return timeSeries(
    'Restarts',
    'Restarts of containers. The reason is a crash, a failed liveness probe or an OOM kill.',
    'short',
    { '{{pod}} {{container}}': `sum by (pod, container) (${counted})` },
  );
}

/** Usage of the volumes whose claims match the pattern. */
export function volumes(claims: string): Panel {
  const matchers = inEnvironment(scrapeJobs.kubelet, { persistentvolumeclaim: matches(claims) });
  return timeSeries('Volume', 'Share of the volume that is used. When it is full, all writes fail.', limitedShare, {
    '{{persistentvolumeclaim}}': share(
      `max by (persistentvolumeclaim) (${select('kubelet_volume_stats_used_bytes', matchers)})`,
      `max by (persistentvolumeclaim) (${select('kubelet_volume_stats_capacity_bytes', matchers)})`,
    ),
  });
}

/** Series of single containers. Those without a container name are sums of a pod. */
function containers(pods: string, servers: MonitoringServers): Matchers {
  return ofContainers(servers, { pod: matches(pods), container: isNot('') });
}

/** Matchers of what the kubelets measure of containers. kube-prometheus-stack scrapes all paths of a kubelet in one job. */
export function ofContainers(servers: MonitoringServers, matchers: Matchers): Matchers {
  return servers.kind === 'own'
    ? inEnvironment(scrapeJobs.cadvisor, matchers)
    : inEnvironment(scrapeJobs.kubelet, { metrics_path: is('/metrics/cadvisor'), ...matchers });
}

function limits(resource: 'cpu' | 'memory', pods: string): string {
  const matchers = inEnvironment(scrapeJobs.kubeStateMetrics, { pod: matches(pods), resource: is(resource) });
  return `sum by (pod, container) (${select('kube_pod_container_resource_limits', matchers)})`;
}
