import { scrapeJobs } from '../scrape-endpoints';
import { flapping, flappingWindow, is, isNot, type Matcher, type Matchers, matches, oneOf, select } from './promql';
import { type Alert, page, type RuleContext, warn } from './rule';

/** Alerts on public hosts and their certificates. */
export function makeEdgeAlerts(input: RuleContext): Alert[] {
  const hosts = { job: is(scrapeJobs.blackbox), namespace: is(input.namespace) };
  const success = select('probe_success', hosts);
  return [
    // It pages, because requests that do not arrive are not counted as failures by any service.
    page('HostUnreachable', '3m', {
      expr: `${success} == 0
or
${flapping(`${success}[${flappingWindow}]`)}`,
      summary: '{{ $labels.host }} is unreachable',
      description:
        'Probes of {{ $labels.instance }} through its public address have failed for 3 minutes, or fail intermittently.',
    }),
    alertCertificateExpiring(hosts, 'critical', 7),
    // cert-manager renews 30 days before expiry, so renewal has failed for 9 days.
    alertCertificateExpiring(hosts, 'warning', 21),
    ...(input.jobs.some(({ name }) => name === scrapeJobs.certManager) ? makeCertificateAlerts(input) : []),
  ];
}

function alertCertificateExpiring(hosts: Matchers, severity: 'critical' | 'warning', days: number): Alert {
  return {
    name: 'CertificateExpiring',
    severity,
    for: '1h',
    expr: `${select('probe_ssl_earliest_cert_expiry', hosts)} - time() < ${days} * 24 * 60 * 60`,
    summary: 'The certificate of {{ $labels.host }} expires soon',
    description:
      'The certificate of {{ $labels.host }} expires in {{ $value | humanizeDuration }} and was not renewed.',
  };
}

/** Alerts on what cert-manager says of the certificates. */
function makeCertificateAlerts(input: RuleContext): Alert[] {
  const notReady = selectCertificates(input, 'certmanager_certificate_ready_status', { condition: isNot('True') });
  const renewal = selectCertificates(input, 'certmanager_certificate_renewal_timestamp_seconds', {});
  return [
    warn('CertificateNotReady', '1h', {
      expr: `${notReady} == 1`,
      summary: 'Certificate {{ $labels.name }} is not ready',
      description:
        'cert-manager has not been able to issue certificate {{ $labels.name }} in {{ $labels.namespace }} for an hour.',
    }),
    // A certificate counts as ready until it expires, and those of a database are behind no public host: only the time at
    // which cert-manager should have renewed them shows that it cannot.
    warn('CertificateNotRenewed', '1h', {
      expr: `time() - ${renewal} > 24 * 60 * 60`,
      summary: 'Certificate {{ $labels.name }} was not renewed',
      description:
        'cert-manager should have renewed certificate {{ $labels.name }} in {{ $labels.namespace }} ' +
        '{{ $value | humanizeDuration }} ago. It still serves until it expires.',
    }),
  ];
}

/** A series of certificates: its `namespace` is cert-manager's own, and `exported_namespace` that of the certificate. */
function selectCertificates({ certificateNamespaces }: RuleContext, metric: string, matchers: Matchers): string {
  const own = { job: is(scrapeJobs.certManager), exported_namespace: anyOf(certificateNamespaces), ...matchers };
  return `max by (namespace, name) (
  label_replace(${select(metric, own)}, "namespace", "$1", "exported_namespace", "(.+)")
)`;
}

function anyOf([first = '', ...others]: readonly string[]): Matcher {
  return others.length === 0 ? is(first) : oneOf([first, ...others]);
}

/** Failed connections a second above which something is wrong: a rollout has some, for seconds. */
const highFailureRate = 0.05;

/**
 * Alerts on what only the proxies of Envoy Gateway see. The name of a cluster is `httproute/<namespace>/<route>/rule/0`;
 * `namespace` of the series is that of the proxies.
 */
export function makeEnvoyGatewayAlerts({ namespace, jobs }: RuleContext): Alert[] {
  const job = scrapeJobs.envoyGateway;
  const proxies = jobs.find(({ name }) => name === job)?.namespace ?? 'none';
  const own = { job: is(job), namespace: is(proxies), envoy_cluster_name: matches(`httproute/${namespace}/.+`) };
  const rate = (counter: string) => `rate(${select(counter, own)}[5m])`;
  const failing = `${rate('envoy_cluster_upstream_cx_connect_fail')} + ${rate('envoy_cluster_upstream_cx_none_healthy')}`;
  return [
    warn('GatewayCannotConnect', '5m', {
      expr: `sum by (namespace, route) (
  label_replace(
    label_replace(${failing}, "namespace", "$1", "envoy_cluster_name", "httproute/([^/]+)/.+"),
    "route", "$1", "envoy_cluster_name", "httproute/[^/]+/([^/]+)/.+"
  )
) > ${highFailureRate}`,
      summary: 'The Gateway cannot connect to pods of {{ $labels.route }}',
      description:
        'Connections of the Gateway to pods behind the route {{ $labels.route }} fail ' +
        '{{ $value | printf "%.2f" }} times a second, or there is no pod to connect to.',
    }),
  ];
}
