import type { Receiver } from '../../../platform/settings/receivers';

/** Lists of integrations of one Alertmanager receiver, under Alertmanager's own names. */
export type Integrations = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** `[FIRING] production: veza-backend-api is down`, as a pager shows it. For several alerts, the first and their number. */
export const title = [
  '[{{ .Status | toUpper }}] {{ .CommonLabels.environment }}: {{ (index .Alerts 0).Annotations.summary }}',
  '{{ if gt (len .Alerts) 1 }} ({{ len .Alerts }} alerts){{ end }}',
].join('');

/** Summary, description, runbook and query of each alert. */
export const text = [
  '{{ range .Alerts }}{{ .Annotations.summary }}',
  '{{ .Annotations.description }}',
  'Runbook: {{ .Annotations.runbook_url }}',
  'Query: {{ .GeneratorURL }}',
  '{{ end }}',
].join('\n');

/** A receiver in Alertmanager's configuration. Alertmanager reads its secret from the file. */
export function integration(receiver: Receiver, secretFile: string): Integrations {
  switch (receiver.kind) {
    case 'slack':
      return {
        slack_configs: [{ api_url_file: secretFile, channel: receiver.channel, send_resolved: true, title, text }],
      };
    case 'pagerduty':
      return {
        pagerduty_configs: [
          {
            routing_key_file: secretFile,
            severity: '{{ .CommonLabels.severity }}',
            description: title,
            details: { alerts: text },
          },
        ],
      };
    case 'email':
      return {
        email_configs: [
          {
            to: receiver.to,
            from: receiver.from,
            smarthost: `${receiver.host}:${receiver.port}`,
            auth_username: receiver.username,
            auth_password_file: secretFile,
            require_tls: true,
            send_resolved: true,
            headers: { Subject: title },
            text,
          },
        ],
      };
    case 'webhook':
      return { webhook_configs: [{ url_file: secretFile, send_resolved: true }] };
  }
}
