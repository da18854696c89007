import { scrapeJobs } from '../scrape-endpoints';
import { flapping, flappingWindow } from './conditions';
import type { Alert, AlertGroup, RuleContext } from './rule';
import { is, isNot, type Matcher, type Matchers, oneOf, select } from './selector';

/** Alerts on public hosts and their certificates. */
export function edgeGroup(input: RuleContext): AlertGroup {
  const hosts = { job: is(scrapeJobs.blackbox), namespace: is(input.namespace) };
  const success = select('probe_success', hosts);
  return {
    name: 'edge',
    alerts: [
      // It pages, because requests that do not arrive are not counted as failures by any service.
      {
        name: 'HostUnreachable',
        severity: 'critical',
        for: '3m',
        expr: `${success} == 0
or
${flapping(`${success}[${flappingWindow}]`)}`,
        summary: '{{ $labels.host }} is unreachable',
        description:
          'Probes of {{ $labels.instance }} through its public address have failed for 3 minutes, or fail intermittently.',
      },
      certificateExpiring(hosts, 'critical', 7),
      // cert-manager renews 30 days before expiry, so renewal has failed for 9 days.
      certificateExpiring(hosts, 'warning', 21),
      ...(input.jobs.some(({ name }) => name === scrapeJobs.certManager) ? certificateAlerts(input) : []),
    ],
  };
}

function certificateExpiring(hosts: Matchers, severity: 'critical' | 'warning', days: number): Alert {
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
function certificateAlerts(input: RuleContext): Alert[] {
  const notReady = ofCertificates(input, 'certmanager_certificate_ready_status', { condition: isNot('True') });
  const renewal = ofCertificates(input, 'certmanager_certificate_renewal_timestamp_seconds', {});
  return [
    {
      name: 'CertificateNotReady',
      severity: 'warning',
      for: '1h',
      expr: `${notReady} == 1`,
      summary: 'Certificate {{ $labels.name }} is not ready',
      description:
        'cert-manager has not been able to issue certificate {{ $labels.name }} in {{ $labels.namespace }} for an hour.',
    },
    // A certificate counts as ready until it expires, and those of a database are behind no public host: only the time at
    // which cert-manager should have renewed them shows that it cannot.
    {
      name: 'CertificateNotRenewed',
      severity: 'warning',
      for: '1h',
      expr: `time() - ${renewal} > 24 * 60 * 60`,
      summary: 'Certificate {{ $labels.name }} was not renewed',
      description:
        'cert-manager should have renewed certificate {{ $labels.name }} in {{ $labels.namespace }} ' +
        '{{ $value | humanizeDuration }} ago. It still serves until it expires.',
    },
  ];
}

/** A series of certificates: its `namespace` is cert-manager's own, and `exported_namespace` that of the certificate. */
function ofCertificates({ certificateNamespaces }: RuleContext, metric: string, matchers: Matchers): string {
  const own = { job: is(scrapeJobs.certManager), exported_namespace: anyOf(certificateNamespaces), ...matchers };
  return `max by (namespace, name) (
  label_replace(${select(metric, own)}, "namespace", "$1", "exported_namespace", "(.+)")
)`;
}

function anyOf([first = '', ...others]: readonly string[]): Matcher {
  return others.length === 0 ? is(first) : oneOf([first, ...others]);
}
