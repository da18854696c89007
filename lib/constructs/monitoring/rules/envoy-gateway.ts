import { scrapeJobs } from '../scrape-endpoints';
import type { AlertGroup, RuleContext } from './rule';
import { is, matches, select } from './selector';

/** Failed connections a second above which something is wrong: a rollout has some, for seconds. */
const failures = 0.05;

/**
 * Alerts on what only the proxies of Envoy Gateway see. The name of a cluster is `httproute/<namespace>/<route>/rule/0`;
 * `namespace` of the series is that of the proxies.
 */
export function envoyGatewayGroup({ namespace, jobs }: RuleContext): AlertGroup {
  const job = scrapeJobs.envoyGateway;
  const proxies = jobs.find(({ name }) => name === job)?.namespace ?? 'none';
  const own = { job: is(job), namespace: is(proxies), envoy_cluster_name: matches(`httproute/${namespace}/.+`) };
  const rate = (counter: string) => `rate(${select(counter, own)}[5m])`;
  const failing = `${rate('envoy_cluster_upstream_cx_connect_fail')} + ${rate('envoy_cluster_upstream_cx_none_healthy')}`;
  return {
    name: 'envoy-gateway',
    alerts: [
      {
        name: 'GatewayCannotConnect',
        severity: 'warning',
        for: '5m',
        expr: `sum by (namespace, route) (
  label_replace(
    label_replace(${failing}, "namespace", "$1", "envoy_cluster_name", "httproute/([^/]+)/.+"),
    "route", "$1", "envoy_cluster_name", "httproute/[^/]+/([^/]+)/.+"
  )
) > ${failures}`,
        summary: 'The Gateway cannot connect to pods of {{ $labels.route }}',
        description:
          'Connections of the Gateway to pods behind the route {{ $labels.route }} fail ' +
          '{{ $value | printf "%.2f" }} times a second, or there is no pod to connect to.',
      },
    ],
  };
}
