import { scrapeJobs } from '../scrape-endpoints';
import { flapping, flappingWindow } from './conditions';
import { type AlertingRule, alertingRule, type RuleContext, type RuleGroup } from './rule';
import { is, isNot, select } from './selector';

const probe = { job: is(scrapeJobs.blackbox) };

/** Alerts on public hosts and their certificates. */
export function edgeGroup(input: RuleContext): RuleGroup {
  return {
    name: 'edge',
    rules: [
      hostUnreachable(input),
      certificateExpiring(input, 'critical', 7),
      // cert-manager renews 30 days before expiry, so renewal has failed for 9 days.
      certificateExpiring(input, 'warning', 21),
      ...(input.jobs.includes(scrapeJobs.certManager) ? [certificateNotReady(input)] : []),
    ],
  };
}

/** It pages, because requests that do not arrive are not counted as failures by any service. */
function hostUnreachable(input: RuleContext): AlertingRule {
  const success = select('probe_success', probe);
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
    expr: `${select('probe_ssl_earliest_cert_expiry', probe)} - time() < ${days} * 24 * 60 * 60`,
    summary: 'The certificate of {{ $labels.host }} expires soon',
    description:
      'The certificate of {{ $labels.host }} expires in {{ $value | humanizeDuration }} and was not renewed.',
  });
}

function certificateNotReady(input: RuleContext): AlertingRule {
  const notReady = {
    job: is(scrapeJobs.certManager),
    namespace: is(input.namespace),
    condition: isNot('True'),
  };
  return alertingRule(input, {
    name: 'CertificateNotReady',
    severity: 'warning',
    for: '1h',
    expr: `max by (namespace, name) (${select('certmanager_certificate_ready_status', notReady)}) == 1`,
    summary: 'Certificate {{ $labels.name }} is not ready',
    description:
      'cert-manager has not been able to issue certificate {{ $labels.name }} in {{ $labels.namespace }} for an hour.',
  });
}
