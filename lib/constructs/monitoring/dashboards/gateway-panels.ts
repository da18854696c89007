import type { RuleContext } from '../rules/rule';
import { is, type Matchers, matches, select } from '../rules/selector';
import { scrapeJobs } from '../scrape-endpoints';
import type { Row } from './dashboard';
import { timeSeries } from './panels';
import { rate } from './queries';

/** What the proxies of the Gateway see; none if they are not scraped. */
export function gatewayRows(gateway: RuleContext['gateway']): Row[] {
  switch (gateway) {
    case 'envoy-gateway':
      return [envoyRow];
    case 'nginx-gateway-fabric':
      return [nginxRow];
    default:
      return [];
  }
}

/** Envoy counts by cluster: `httproute/<namespace>/<route>/rule/0`. */
const routes: Matchers = {
  job: is(scrapeJobs.envoyGateway),
  envoy_cluster_name: matches('httproute/$environment/.+'),
};

const envoyRow: Row = {
  title: 'Gateway',
  panels: [
    timeSeries(
      'Responses',
      'Responses of the Gateway by the first digit of their status, its own and those of the services.',
      {
        unit: 'reqps',
        stacked: true,
        queries: {
          '{{envoy_response_code_class}}xx': `sum by (envoy_response_code_class) (${rate('envoy_cluster_upstream_rq_xx', routes)})`,
        },
      },
    ),
    timeSeries('Failed connections', 'Connections to pods that could not be opened, a second.', {
      unit: 'cps',
      queries: {
        '{{envoy_cluster_name}}': `sum by (envoy_cluster_name) (${rate('envoy_cluster_upstream_cx_connect_fail', routes)})`,
      },
    }),
    timeSeries('Open connections', 'Connections to pods. A websocket has one of its own.', {
      unit: 'short',
      queries: {
        '{{envoy_cluster_name}}': `sum by (envoy_cluster_name) (${select('envoy_cluster_upstream_cx_active', routes)})`,
      },
    }),
  ],
};

const nginxRow: Row = {
  title: 'Gateway',
  panels: [
    timeSeries('Requests', 'Requests that the proxies of the Gateway receive.', {
      unit: 'reqps',
      queries: { requests: `sum(${rate('nginx_http_requests_total', { job: is(scrapeJobs.nginxGatewayFabric) })})` },
    }),
  ],
};
