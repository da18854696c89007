import { type ReceivedSeverity, type Receiver, type Receivers, severities } from '../../../platform/settings/receivers';
import type { SecretBundle } from '../../config/secret-bundle';
import {
  type AlertRoute,
  defaultRoute,
  severityRoutes,
  text,
  title,
  watchdogReceiver,
  watchdogRoute,
} from '../alerting/alertmanager-configuration';
import { inhibitions } from '../alerting/inhibitions';
import { deadMansSwitchKey, nameReceiverKey } from '../monitoring-secrets';
import { is, type Matchers } from '../rules/promql';

/** A key of a Secret in the namespace of the AlertmanagerConfig. */
interface KeyReference {
  readonly name: string;
  readonly key: string;
}

/**
 * What an environment configures in an Alertmanager that others share: the routes, receivers and inhibitions of one of its own, for
 * alerts with the label of the environment.
 * The operator adds the namespace to them, unless its Alertmanager states otherwise; so both labels are on every alert.
 */
export function makeAlertmanagerConfig(environment: string, receivers: Receivers, secrets: SecretBundle) {
  const own = { environment: is(environment) };
  const hasSwitch = receivers.deadMansSwitch === 'webhook';
  const reference = (key: string): KeyReference => ({ name: secrets.name, key: secrets.reference(key).key });
  return {
    route: {
      ...defaultRoute,
      matchers: toMatchers(own),
      routes: [...(hasSwitch ? [watchdogRoute] : []), ...severityRoutes].map(toRoute),
    },
    inhibitRules: inhibitions.map(({ source, target, equal }) => ({
      sourceMatch: toMatchers({ ...own, ...source }),
      targetMatch: toMatchers({ ...own, ...target }),
      equal,
    })),
    receivers: [
      ...(hasSwitch ? [makeWatchdog(reference(deadMansSwitchKey))] : []),
      ...severities.map((severity) => makeSeverityReceiver(severity, receivers, reference)),
    ],
  };
}

function toRoute({ matchers, ...route }: AlertRoute) {
  return { ...route, matchers: toMatchers(matchers) };
}

function toMatchers(matchers: Matchers) {
  return Object.entries(matchers).map(([name, { operator, value }]) => ({ name, value, matchType: operator }));
}

function makeWatchdog(urlSecret: KeyReference) {
  return { name: watchdogReceiver, webhookConfigs: [{ urlSecret, sendResolved: false }] };
}

function makeSeverityReceiver(
  severity: ReceivedSeverity,
  receivers: Receivers,
  reference: (key: string) => KeyReference,
): { readonly name: string } {
  const integrations = receivers[severity].map((receiver) =>
    makeIntegration(receiver, reference(nameReceiverKey(severity, receiver))),
  );
  return Object.assign({ name: severity }, ...integrations);
}

/** The list of one integration, under its name in the CRD. A severity has one receiver of a kind. */
function makeIntegration(receiver: Receiver, secret: KeyReference): Readonly<Record<string, readonly object[]>> {
  switch (receiver.kind) {
    case 'slack':
      return { slackConfigs: [{ apiURL: secret, channel: receiver.channel, sendResolved: true, title, text }] };
    case 'pagerduty':
      return {
        pagerdutyConfigs: [
          {
            routingKey: secret,
            sendResolved: true,
            severity: '{{ .CommonLabels.severity }}',
            description: title,
            details: [{ key: 'alerts', value: text }],
          },
        ],
      };
    case 'email':
      return {
        emailConfigs: [
          {
            to: receiver.to,
            from: receiver.from,
            smarthost: `${receiver.host}:${receiver.port}`,
            authUsername: receiver.username,
            authPassword: secret,
            requireTLS: true,
            sendResolved: true,
            headers: [{ key: 'Subject', value: title }],
            text,
          },
        ],
      };
    case 'webhook':
      return { webhookConfigs: [{ urlSecret: secret, sendResolved: true }] };
  }
}
