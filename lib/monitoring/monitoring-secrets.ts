import { type ReceivedSeverity, type Receiver, type Receivers, severities } from './alerting/receivers';

/** Key of the password of Grafana's account `admin`. */
export const grafanaPasswordKey = 'GRAFANA_ADMIN_PASSWORD';

/** Key of what Grafana encrypts its own secrets with; without one of its own it takes a key that is public. */
export const grafanaSecretKeyKey = 'GRAFANA_SECRET_KEY';

/** Keys that Grafana reads. */
export const grafanaKeys = [grafanaPasswordKey, grafanaSecretKeyKey] as const;

/** Key of the URL that the dead man's switch is called under. */
export const deadMansSwitchKey = 'DEAD_MANS_SWITCH_URL';

const receiverKeys: Readonly<Record<Receiver['kind'], string>> = {
  slack: 'SLACK_URL',
  pagerduty: 'PAGERDUTY_ROUTING_KEY',
  email: 'SMTP_PASSWORD',
  webhook: 'WEBHOOK_URL',
};

/** Name of the monitoring's Secret. */
export function monitoringSecretName(platform: string): string {
  return `${platform}-monitoring-secrets`;
}

/** Key of what a receiver of a severity is reached with: `CRITICAL_SLACK_URL`. */
export function receiverKey(severity: ReceivedSeverity, { kind }: Receiver): string {
  return `${severity.toUpperCase()}_${receiverKeys[kind]}`;
}

/** Keys that Alertmanager reads: one for each receiver. */
export function alertmanagerKeys(receivers: Receivers): string[] {
  return [
    ...severities.flatMap((severity) => receivers[severity].map((receiver) => receiverKey(severity, receiver))),
    ...(receivers.deadMansSwitch === 'webhook' ? [deadMansSwitchKey] : []),
  ];
}

/** Every key that the monitoring's Secret has to hold. */
export function monitoringSecretKeys({ receivers }: { readonly receivers: Receivers }): string[] {
  return [...grafanaKeys, ...alertmanagerKeys(receivers)];
}
