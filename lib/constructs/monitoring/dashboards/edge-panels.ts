import { is, type Matchers, matches, select } from '../rules/promql';
import type { RuleContext } from '../rules/rule';
import { scrapeJobs } from '../scrape-endpoints';
import type { Rows } from './dashboard';
import { type Panel, timeSeries, yesOrNo } from './panels';
import { inEnvironment, rate } from './queries';

/** Series of the probes of public hosts. */
export const hosts = inEnvironment(scrapeJobs.blackbox);

/** What probes of the public hosts see. */
export const hostPanels: readonly Panel[] = [
  timeSeries('Reachable', 'Whether a host responds over HTTPS with a valid certificate and a status of 2xx.', yesOrNo, {
    '{{host}}': select('probe_success', hosts),
  }),
  timeSeries('Probe duration', 'Time for name resolution, connection, TLS handshake and response.', 's', {
    '{{host}}': select('probe_duration_seconds', hosts),
  }),
  timeSeries(
    'Certificates',
    'Time until a certificate expires.',
    { unit: 's', signed: true },
    { '{{host}}': `${select('probe_ssl_earliest_cert_expiry', hosts)} - time()` },
  ),
];

/** What the proxies of the Gateway see; none if they are not scraped. */
export function makeGatewayRows(gateway: RuleContext['gateway']): Rows {
  switch (gateway) {
    case 'envoy-gateway':
      return { Gateway: envoyPanels };
    case 'nginx-gateway-fabric':
      return { Gateway: nginxPanels };
    default:
      return {};
  }
}

/** Envoy counts by cluster: `httproute/<namespace>/<route>/rule/0`. */
const routes: Matchers = {
  job: is(scrapeJobs.envoyGateway),
  envoy_cluster_name: matches('httproute/$environment/.+'),
};

const envoyPanels: readonly Panel[] = [
  timeSeries(
    'Responses',
    'Responses of the Gateway by the first digit of their status, its own and those of the services.',
    { unit: 'reqps', stacked: true },
    {
      '{{envoy_response_code_class}}xx': `sum by (envoy_response_code_class) (${rate('envoy_cluster_upstream_rq_xx', routes)})`,
    },
  ),
  timeSeries('Failed connections', 'Connections to pods that could not be opened, a second.', 'cps', {
    '{{envoy_cluster_name}}': `sum by (envoy_cluster_name) (${rate('envoy_cluster_upstream_cx_connect_fail', routes)})`,
  }),
  timeSeries('Open connections', 'Connections to pods. A websocket has one of its own.', 'short', {
    '{{envoy_cluster_name}}': `sum by (envoy_cluster_name) (${select('envoy_cluster_upstream_cx_active', routes)})`,
  }),
];

const nginxPanels: readonly Panel[] = [
  timeSeries('Requests', 'Requests that the proxies of the Gateway receive.', 'reqps', {
    requests: `sum(${rate('nginx_http_requests_total', { job: is(scrapeJobs.nginxGatewayFabric) })})`,
  }),
];
