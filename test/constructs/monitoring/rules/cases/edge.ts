import type { AlertCase, Firing, QuietCase } from '../alert-case';

const target =
  'job="blackbox", namespace="veza-production", instance="https://api.veza.app/health", host="api.veza.app"';
const labels = {
  job: 'blackbox',
  namespace: 'veza-production',
  instance: 'https://api.veza.app/health',
  host: 'api.veza.app',
};
const certificate =
  'job="cert-manager", namespace="cert-manager", exported_namespace="veza-production", name="veza-api-tls"';
const expiry = `probe_ssl_earliest_cert_expiry{${target}}`;
const days = (count: number) => `${count * 24 * 60 * 60}x70`;

function expires(severity: string, left: string): Firing {
  return {
    labels: { ...labels, severity },
    summary: 'The certificate of api.veza.app expires soon',
    description: `The certificate of api.veza.app expires in ${left} and was not renewed.`,
  };
}

const upstream =
  'job="envoy-gateway", namespace="envoy-gateway-system", instance="a", envoy_cluster_name="httproute/veza-production/veza-api/rule/0"';
const [refused, noneHealthy] = ['connect_fail', 'none_healthy'].map(
  (reason) => `envoy_cluster_upstream_cx_${reason}{${upstream}}`,
) as [string, string];

function cannotConnect(times: string): Firing {
  return {
    labels: { severity: 'warning', namespace: 'veza-production', route: 'veza-api' },
    summary: 'The Gateway cannot connect to pods of veza-api',
    description: `Connections of the Gateway to pods behind the route veza-api fail ${times} times a second, or there is no pod to connect to.`,
  };
}

/** Time begins at 0 here: a moment is as many seconds away as its timestamp says. */
export const edgeCases: readonly AlertCase[] = [
  {
    alert: 'HostUnreachable',
    when: 'probes fail',
    series: { [`probe_success{${target}}`]: '1x4 0x10' },
    minute: 8,
    fires: [
      {
        labels: { ...labels, severity: 'critical' },
        summary: 'api.veza.app is unreachable',
        description:
          'Probes of https://api.veza.app/health through its public address have failed for 3 minutes, or fail ' +
          'intermittently.',
      },
    ],
    below: { [`probe_success{${target}}`]: '1x4 0x2 1x10' },
  },
  {
    alert: 'HostUnreachable',
    when: 'every second probe fails',
    series: { [`probe_success{${target}}`]: '1x14 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1' },
    // The fourth failure within the quarter of an hour is more than a fifth of it.
    minute: 24,
    fires: [
      {
        labels: { ...labels, severity: 'critical' },
        summary: 'api.veza.app is unreachable',
        description:
          'Probes of https://api.veza.app/health through its public address have failed for 3 minutes, or fail ' +
          'intermittently.',
      },
    ],
    below: { [`probe_success{${target}}`]: '1x14 0 1x4 0 1x4 0 1x10' },
  },
  {
    alert: 'CertificateExpiring',
    when: 'it is valid for another 20 days',
    series: { [expiry]: days(20) },
    minute: 60,
    fires: [expires('warning', '19d 23h 0m 0s')],
    below: { [expiry]: days(22) },
  },
  {
    alert: 'CertificateExpiring',
    when: 'it is valid for another 6 days',
    series: { [expiry]: days(6) },
    minute: 60,
    fires: [expires('critical', '5d 23h 0m 0s'), expires('warning', '5d 23h 0m 0s')],
    below: { [expiry]: days(8) },
    belowFires: [expires('warning', '7d 23h 0m 0s')],
  },
  {
    alert: 'GatewayCannotConnect',
    when: 'pods refuse connections',
    series: { [refused]: '0+6x20', [noneHealthy]: '0x20' },
    minute: 8,
    fires: [cannotConnect('0.10')],
    below: { [refused]: '0+2x20' },
  },
  {
    alert: 'GatewayCannotConnect',
    when: 'there is no pod',
    series: { [refused]: '0x20', [noneHealthy]: '0+60x20' },
    minute: 6,
    fires: [cannotConnect('1.00')],
    below: { [noneHealthy]: '0 60x20' },
  },
  {
    alert: 'CertificateNotReady',
    when: 'cert-manager cannot get it',
    series: {
      [`certmanager_certificate_ready_status{${certificate}, condition="False"}`]: '1x70',
      [`certmanager_certificate_ready_status{${certificate}, condition="True"}`]: '0x70',
      [`certmanager_certificate_ready_status{${certificate}, condition="Unknown"}`]: '0x70',
    },
    minute: 60,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production', name: 'veza-api-tls' },
        summary: 'Certificate veza-api-tls is not ready',
        description: 'cert-manager has not been able to issue certificate veza-api-tls in veza-production for an hour.',
      },
    ],
    below: {
      [`certmanager_certificate_ready_status{${certificate}, condition="False"}`]: '1x30 0x40',
      [`certmanager_certificate_ready_status{${certificate}, condition="True"}`]: '0x30 1x40',
    },
  },
  {
    alert: 'CertificateNotRenewed',
    when: 'a renewal is due for more than a day',
    // Time begins at 0, so a renewal that was due a day and an hour ago was due before it.
    series: { [`certmanager_certificate_renewal_timestamp_seconds{${certificate}}`]: '-90000x70' },
    minute: 60,
    fires: [
      {
        labels: { severity: 'warning', namespace: 'veza-production', name: 'veza-api-tls' },
        summary: 'Certificate veza-api-tls was not renewed',
        description:
          'cert-manager should have renewed certificate veza-api-tls in veza-production 1d 2h 0m 0s ago. ' +
          'It still serves until it expires.',
      },
    ],
    below: { [`certmanager_certificate_renewal_timestamp_seconds{${certificate}}`]: '-80000x70' },
  },
];

export const edgeQuiet: readonly QuietCase[] = [
  {
    alert: 'GatewayCannotConnect',
    when: 'pods of another environment refuse connections, and some of this one did in a rollout',
    series: {
      [refused.replace('veza-production/', 'veza-staging/')]: '0+60x20',
      [noneHealthy.replace('veza-production/', 'veza-staging/')]: '0x20',
      [refused]: '0x5 30x15',
      [noneHealthy]: '0x20',
    },
    minutes: [8, 12, 20],
  },
  {
    alert: 'HostUnreachable',
    when: 'one probe in eight fails, and when it was down for two minutes once',
    series: {
      [`probe_success{${target}}`]: '0 1x6 0 1x6 0 1x6 0 1x6 0 1x6',
      [`probe_success{${target.replaceAll('api.', 'chat.')}}`]: '1x14 0x1 1x20',
    },
    minutes: [10, 20, 30],
  },
];
