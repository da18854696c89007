import * as z from 'zod';
import { checkUnique } from '../errors';
import { endpointHost, port } from './formats';

/** Where alerts of a severity go. Webhook URLs and keys are secrets, and not part of it. */
export type Receiver = SlackReceiver | PagerDutyReceiver | EmailReceiver | WebhookReceiver;

/** A Slack channel, by an incoming webhook. */
export interface SlackReceiver {
  readonly kind: 'slack';
  /** Channel that the incoming webhook writes to, such as `#veza-alerts`. */
  readonly channel: string;
}

/** A PagerDuty service, by its integration key. */
export interface PagerDutyReceiver {
  readonly kind: 'pagerduty';
}

/** A mailbox. */
export interface EmailReceiver {
  readonly kind: 'email';
  /** Address that mail goes to, such as `ops@example.com`. */
  readonly to: string;
  /** Address that mail comes from, such as `alerts@example.com`. */
  readonly from: string;
  /** Host name or address of the outgoing mail server, such as `smtp.example.com`. */
  readonly host: string;
  /** TCP port of its submission service, such as 587. */
  readonly port: number;
  /** Account on that server, such as `alerts@example.com`. */
  readonly username: string;
}

/** A custom webhook, which gets Alertmanager's JSON. */
export interface WebhookReceiver {
  readonly kind: 'webhook';
}

/** Where alerts go. */
export interface Receivers {
  /** Alerts that need a person at once, at any hour: at least one receiver, and one of a kind. */
  readonly critical: readonly Receiver[];
  /** Alerts that can wait for the next working day: at least one receiver, and one of a kind. */
  readonly warning: readonly Receiver[];
  /**
   * A service outside the cluster that raises the alarm when Watchdog, an alert that is always on, stops arriving:
   * monitoring cannot report its own end. A webhook that is called every few minutes, or none.
   */
  readonly deadMansSwitch: 'webhook' | 'none';
}

/** @internal */
export const receiverSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('slack'),
    channel: z.string().regex(/^[#@]\S+$/, 'use the name of a channel, such as #alerts'),
  }),
  z.strictObject({ kind: z.literal('pagerduty') }),
  z.strictObject({
    kind: z.literal('email'),
    to: z.email('use an e-mail address'),
    from: z.email('use an e-mail address'),
    host: endpointHost,
    port,
    username: z.string().min(1, 'is empty; name the account'),
  }),
  z.strictObject({ kind: z.literal('webhook') }),
]);

const receivers = z
  .array(receiverSchema)
  .min(1, 'is empty, so alerts of this severity would not be sent; name a receiver')
  .readonly()
  .superRefine(checkUnique('kind', 'a severity has one receiver of a kind'));

/** @internal */
export const receiversSchema = z.strictObject({
  critical: receivers,
  warning: receivers,
  deadMansSwitch: z.enum(['webhook', 'none']),
});

/** Severities that are sent to receivers. */
export const severities = ['critical', 'warning'] as const;

/** A severity that is sent to receivers. */
export type ReceivedSeverity = (typeof severities)[number];

/** External ports that notifications are sent to, in ascending order. */
export function listReceiverPorts(receivers: Receivers): number[] {
  const ports = severities.flatMap((severity) => receivers[severity]).map(findPort);
  return [...new Set([...(receivers.deadMansSwitch === 'webhook' ? [httpsPort] : []), ...ports])].sort((a, b) => a - b);
}

const httpsPort = 443;

function findPort(receiver: Receiver): number {
  return receiver.kind === 'email' ? receiver.port : httpsPort;
}
