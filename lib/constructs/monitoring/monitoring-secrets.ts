import type { k8s } from 'cdk8s-plus-27';
import type { BundledMonitoring } from '../../platform/settings/monitoring';
import { type ReceivedSeverity, type Receiver, type Receivers, severities } from '../../platform/settings/receivers';
import type { RemoteWrite } from '../../platform/settings/remote-write';
import type { SecretBundle } from '../config/secret-bundle';

/** Key of the password of Grafana's account `admin`. */
export const grafanaPasswordKey = 'GRAFANA_ADMIN_PASSWORD';

/** Key of the encryption key for Grafana's own secrets. Grafana's default key is public. */
export const grafanaSecretKeyKey = 'GRAFANA_SECRET_KEY';

/** Keys of the monitoring's Secret that Grafana reads. */
export const grafanaKeys = [grafanaPasswordKey, grafanaSecretKeyKey] as const;

/** Key of the URL of the dead man's switch. */
export const deadMansSwitchKey = 'DEAD_MANS_SWITCH_URL';

const receiverKeys: Readonly<Record<Receiver['kind'], string>> = {
  slack: 'SLACK_URL',
  pagerduty: 'PAGERDUTY_ROUTING_KEY',
  email: 'SMTP_PASSWORD',
  webhook: 'WEBHOOK_URL',
};

/** Name of the monitoring's Secret. */
export function nameMonitoringSecret(platform: string): string {
  return `${platform}-monitoring-secrets`;
}

/** Key of the secret of a receiver: `CRITICAL_SLACK_URL`. */
export function nameReceiverKey(severity: ReceivedSeverity, { kind }: Receiver): string {
  return `${severity.toUpperCase()}_${receiverKeys[kind]}`;
}

/** Keys of the monitoring's Secret that Alertmanager reads: one for each receiver. */
export function listAlertmanagerKeys(receivers: Receivers): string[] {
  return [
    ...severities.flatMap((severity) => receivers[severity].map((receiver) => nameReceiverKey(severity, receiver))),
    ...(receivers.deadMansSwitch === 'webhook' ? [deadMansSwitchKey] : []),
  ];
}

/** Key of the credential that a server of samples wants; undefined if it wants none: `REMOTE_WRITE_MIMIR_TOKEN`. */
export function nameRemoteWriteKey({ name, authentication }: RemoteWrite): string | undefined {
  if (authentication.kind === 'none') return undefined;
  const credential = authentication.kind === 'bearer' ? 'TOKEN' : 'PASSWORD';
  return `REMOTE_WRITE_${name.toUpperCase().replaceAll('-', '_')}_${credential}`;
}

/** Keys of the monitoring's Secret that Prometheus reads. */
export function listPrometheusKeys(remoteWrites: readonly RemoteWrite[]): string[] {
  return remoteWrites.flatMap((server) => nameRemoteWriteKey(server) ?? []);
}

/** Every key of the monitoring's Secret. */
export function listMonitoringSecretKeys({
  receivers,
  remoteWrite,
}: Pick<BundledMonitoring, 'receivers' | 'remoteWrite'>): string[] {
  return [...grafanaKeys, ...listAlertmanagerKeys(receivers), ...listPrometheusKeys(remoteWrite)];
}

/** A volume with a file for each given key of a Secret, readable only by the pod's own group. */
export function makeSecretFiles(secrets: SecretBundle, keys: readonly string[]): k8s.Volume {
  return {
    name: 'secrets',
    secret: {
      secretName: secrets.name,
      defaultMode: 0o440,
      items: keys.map((key) => ({ key: secrets.reference(key).key, path: key })),
    },
  };
}
