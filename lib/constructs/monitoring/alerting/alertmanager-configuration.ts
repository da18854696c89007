import { type ReceivedSeverity, type Receivers, severities } from '../../../platform/settings/receivers';
import { writeYaml } from '../../../platform/yaml';
import { deadMansSwitchKey, receiverKey } from '../monitoring-secrets';
import { inhibitions } from './inhibitions';
import { type Integrations, integration } from './integrations';

/** Name of the receiver of the alert that is always on. */
export const watchdogReceiver = 'dead-mans-switch';

/** Intervals at which the notification of a firing alert is repeated. */
const reminders: Readonly<Record<ReceivedSeverity, string>> = { critical: '1h', warning: '12h' };

/**
 * Writes alertmanager.yml, with one receiver for each severity.
 * An alert without a known severity goes to `warning`, so that no alert is lost because of a missing label.
 */
export function alertmanagerConfiguration(receivers: Receivers, secretsFolder: string): string {
  return writeYaml({
    global: { resolve_timeout: '5m' },
    route: {
      receiver: 'warning',
      group_by: ['alertname', 'namespace', 'job'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: reminders.warning,
      routes: [
        // Repeated all the time, because the dead man's switch reacts when it stops.
        {
          matchers: ['alertname="Watchdog"'],
          receiver: watchdogReceiver,
          group_wait: '0s',
          group_interval: '1m',
          repeat_interval: '2m',
        },
        ...severities.map((severity) => ({
          matchers: [`severity="${severity}"`],
          receiver: severity,
          repeat_interval: reminders[severity],
        })),
      ],
    },
    inhibit_rules: inhibitions,
    receivers: [
      { name: watchdogReceiver, ...watchdogIntegrations(receivers, secretsFolder) },
      ...severities.map((name) => ({ name, ...integrations(name, receivers, secretsFolder) })),
    ],
  });
}

function watchdogIntegrations({ deadMansSwitch }: Receivers, secretsFolder: string): Integrations {
  if (deadMansSwitch === 'none') return {};
  return { webhook_configs: [{ url_file: `${secretsFolder}/${deadMansSwitchKey}`, send_resolved: false }] };
}

function integrations(severity: ReceivedSeverity, receivers: Receivers, secretsFolder: string): Integrations {
  const all = receivers[severity].map((receiver) =>
    integration(receiver, `${secretsFolder}/${receiverKey(severity, receiver)}`),
  );
  return Object.assign({}, ...all);
}
