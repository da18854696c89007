import { type ReceivedSeverity, type Receiver, type Receivers, severities } from '../../../platform/settings/receivers';
import { writeYaml } from '../../../platform/yaml';
import { deadMansSwitchKey, nameReceiverKey } from '../monitoring-secrets';
import { is, type Matchers, writeMatchers } from '../rules/promql';
import { inhibitions } from './inhibitions';

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
export function makeIntegration(receiver: Receiver, secretFile: string): Integrations {
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

/** Name of the receiver of the alert that is always on. */
export const watchdogReceiver = 'dead-mans-switch';

/** A route of Alertmanager, whose duration fields are those that differ from its parent's. */
export interface AlertRoute {
  readonly receiver: string;
  readonly matchers: Matchers;
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeatInterval: string;
}

/** Intervals at which the notification of a firing alert is repeated. */
const reminders: Readonly<Record<ReceivedSeverity, string>> = { critical: '1h', warning: '12h' };

/** An alert without a known severity goes to `warning`, so that no alert is lost because of a missing label. */
export const defaultRoute = {
  receiver: 'warning',
  groupBy: ['alertname', 'namespace', 'job'],
  groupWait: '30s',
  groupInterval: '5m',
  repeatInterval: reminders.warning,
} as const;

/** Repeated all the time, because the dead man's switch reacts when it stops. */
export const watchdogRoute: AlertRoute = {
  receiver: watchdogReceiver,
  matchers: { alertname: is('Watchdog') },
  groupWait: '0s',
  groupInterval: '1m',
  repeatInterval: '2m',
};

/** A route for each severity. */
export const severityRoutes: readonly AlertRoute[] = severities.map((severity) => ({
  receiver: severity,
  matchers: { severity: is(severity) },
  repeatInterval: reminders[severity],
}));

/** Writes alertmanager.yml, with one receiver for each severity. */
export function writeAlertmanagerConfiguration(receivers: Receivers, secretsFolder: string): string {
  return writeYaml({
    global: { resolve_timeout: '5m' },
    route: {
      ...makeRouteFields(defaultRoute),
      routes: [watchdogRoute, ...severityRoutes].map((child) => ({
        matchers: writeMatchers(child.matchers),
        ...makeRouteFields(child),
      })),
    },
    inhibit_rules: inhibitions.map(({ source, target, equal }) => ({
      source_matchers: writeMatchers(source),
      target_matchers: writeMatchers(target),
      equal,
    })),
    receivers: [
      { name: watchdogReceiver, ...makeWatchdogIntegrations(receivers, secretsFolder) },
      ...severities.map((name) => ({ name, ...makeIntegrations(name, receivers, secretsFolder) })),
    ],
  });
}

function makeRouteFields(route: Omit<AlertRoute, 'matchers'> & { readonly groupBy?: readonly string[] }) {
  const { receiver, groupBy, groupWait, groupInterval, repeatInterval } = route;
  return {
    receiver,
    ...(groupBy === undefined ? {} : { group_by: groupBy }),
    ...(groupWait === undefined ? {} : { group_wait: groupWait }),
    ...(groupInterval === undefined ? {} : { group_interval: groupInterval }),
    repeat_interval: repeatInterval,
  };
}

function makeWatchdogIntegrations({ deadMansSwitch }: Receivers, secretsFolder: string): Integrations {
  if (deadMansSwitch === 'none') return {};
  return { webhook_configs: [{ url_file: `${secretsFolder}/${deadMansSwitchKey}`, send_resolved: false }] };
}

function makeIntegrations(severity: ReceivedSeverity, receivers: Receivers, secretsFolder: string): Integrations {
  const all = receivers[severity].map((receiver) =>
    makeIntegration(receiver, `${secretsFolder}/${nameReceiverKey(severity, receiver)}`),
  );
  return Object.assign({}, ...all);
}
