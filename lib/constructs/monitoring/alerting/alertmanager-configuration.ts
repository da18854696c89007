import { type ReceivedSeverity, type Receivers, severities } from '../../../platform/settings/receivers';
import { writeYaml } from '../../../platform/yaml';
import { deadMansSwitchKey, receiverKey } from '../monitoring-secrets';
import { is, type Matchers, written } from '../rules/selector';
import { inhibitions } from './inhibitions';
import { type Integrations, integration } from './integrations';

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
export function alertmanagerConfiguration(receivers: Receivers, secretsFolder: string): string {
  return writeYaml({
    global: { resolve_timeout: '5m' },
    route: {
      ...routeFields(defaultRoute),
      routes: [watchdogRoute, ...severityRoutes].map((child) => ({
        matchers: written(child.matchers),
        ...routeFields(child),
      })),
    },
    inhibit_rules: inhibitions.map(({ source, target, equal }) => ({
      source_matchers: written(source),
      target_matchers: written(target),
      equal,
    })),
    receivers: [
      { name: watchdogReceiver, ...watchdogIntegrations(receivers, secretsFolder) },
      ...severities.map((name) => ({ name, ...integrations(name, receivers, secretsFolder) })),
    ],
  });
}

function routeFields(route: Omit<AlertRoute, 'matchers'> & { readonly groupBy?: readonly string[] }) {
  const { receiver, groupBy, groupWait, groupInterval, repeatInterval } = route;
  return {
    receiver,
    ...(groupBy === undefined ? {} : { group_by: groupBy }),
    ...(groupWait === undefined ? {} : { group_wait: groupWait }),
    ...(groupInterval === undefined ? {} : { group_interval: groupInterval }),
    repeat_interval: repeatInterval,
  };
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
