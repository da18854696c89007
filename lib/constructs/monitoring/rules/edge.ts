import { scrapeJobs } from '../scrape-endpoints';
import { flapping, flappingWindow } from './conditions';
import { type AlertingRule, alertingRule, type RuleContext, type RuleGroup } from './rule';
import { is, isNot, type Matcher, type Matchers, oneOf, select } from './selector';

/** Alerts on public hosts and their certificates. */
export function edgeGroup(input: RuleContext): RuleGroup {
  return {
    name: 'edge',
    rules: [
      hostUnreachable(input),
      certificateExpiring(input, 'critical', 7),
      // cert-manager renews 30 days before expiry, so renewal has failed for 9 days.
      certificateExpiring(input, 'warning', 21),
      ...(input.jobs.some(({ name }) => name === scrapeJobs.certManager)
        ? [certificateNotReady(input), certificateNotRenewed(input)]
        : []),
    ],
  };
}

/** Probes of the public hosts of the environment. */
function probes({ namespace }: RuleContext): Matchers {
  return { job: is(scrapeJobs.blackbox), namespace: is(namespace) };
}

/** It pages, because requests that do not arrive are not counted as failures by any service. */
function hostUnreachable(input: RuleContext): AlertingRule {
  const success = select('probe_success', probes(input));
  return alertingRule(input, {
    name: 'HostUnreachable',
    severity: 'critical',
    for: '3m',
    expr: `${success} == 0
or
${flapping(`${success}[${flappingWindow}]`)}`,
    summary: '{{ $labels.host }} is unreachable',
    description:
      'Probes of {{ $labels.instance }} through its public address have failed for 3 minutes, or fail intermittently.',
  });
}

function certificateExpiring(input: RuleContext, severity: 'critical' | 'warning', days: number): AlertingRule {
  return alertingRule(input, {
    name: 'CertificateExpiring',
    severity,
    for: '1h',
    expr: `${select('probe_ssl_earliest_cert_expiry', probes(input))} - time() < ${days} * 24 * 60 * 60`,
    summary: 'The certificate of {{ $labels.host }} expires soon',
    description:
      'The certificate of {{ $labels.host }} expires in {{ $value | humanizeDuration }} and was not renewed.',
  });
}

/**
 * A certificate counts as ready until it expires, and those of a database are behind no public host: only the time at which
 * cert-manager should have renewed them shows that it cannot.
 */
function certificateNotRenewed(input: RuleContext): AlertingRule {
  return alertingRule(input, {
    name: 'CertificateNotRenewed',
    severity: 'warning',
    for: '1h',
    expr: `time() - ${ofCertificates(input, 'certmanager_certificate_renewal_timestamp_seconds', {})} > 24 * 60 * 60`,
    summary: 'Certificate {{ $labels.name }} was not renewed',
    description:
      'cert-manager should have renewed certificate {{ $labels.name }} in {{ $labels.namespace }} ' +
      '{{ $value | humanizeDuration }} ago. It still serves until it expires.',
  });
}

/** A series of certificates: its `namespace` is cert-manager's own, and `exported_namespace` that of the certificate. */
function ofCertificates({ certificateNamespaces }: RuleContext, metric: string, matchers: Matchers): string {
  const own = { job: is(scrapeJobs.certManager), exported_namespace: anyOf(certificateNamespaces), ...matchers };
  return `max by (namespace, name) (
  label_replace(${select(metric, own)}, "namespace", "$1", "exported_namespace", "(.+)")
)`;
}

function certificateNotReady(input: RuleContext): AlertingRule {
  const status = ofCertificates(input, 'certmanager_certificate_ready_status', { condition: isNot('True') });
  return alertingRule(input, {
    name: 'CertificateNotReady',
    severity: 'warning',
    for: '1h',
    expr: `${status} == 1`,
    summary: 'Certificate {{ $labels.name }} is not ready',
    description:
      'cert-manager has not been able to issue certificate {{ $labels.name }} in {{ $labels.namespace }} for an hour.',
  });
}

function anyOf([first = '', ...others]: readonly string[]): Matcher {
  return others.length === 0 ? is(first) : oneOf([first, ...others]);
}
