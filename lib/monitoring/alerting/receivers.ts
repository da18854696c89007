import * as z from 'zod';
import { endpointHost, port } from '../../kubernetes/formats';

const kinds = ['slack', 'pagerduty', 'email', 'webhook'] as const;

/** Somebody who is told of alerts. Addresses that let anybody write there, and keys, are secrets and not part of it. */
export const receiverSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('slack'),
      /** Channel that the incoming webhook writes to: `#veza-alerts`. */
      channel: z.string().regex(/^[#@]\S+$/, 'use the name of a channel, such as #alerts'),
    }),
    z.strictObject({ kind: z.literal('pagerduty') }),
    z.strictObject({
      kind: z.literal('email'),
      to: z.email('use an e-mail address'),
      from: z.email('use an e-mail address'),
      /** The server that takes our mail: the name and port of its submission service. */
      host: endpointHost,
      port,
      username: z.string().min(1, 'is empty; name the account'),
    }),
    z.strictObject({ kind: z.literal('webhook') }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? `is no receiver; use one of ${kinds.join(', ')}` : undefined) },
);

/** Somebody who is told of alerts. */
export type Receiver = z.infer<typeof receiverSchema>;

const receivers = z
  .array(receiverSchema)
  .min(1, 'is empty, and alerts of this severity would reach nobody; name a receiver')
  .readonly()
  .superRefine((list, context) => {
    list.forEach(({ kind }, index) => {
      if (list.findIndex((other) => other.kind === kind) === index) return;
      const message = 'is there already; a severity has one receiver of a kind';
      context.addIssue({ code: 'custom', path: [index, 'kind'], input: kind, message });
    });
  });

/** Who is told of what. */
export const receiversSchema = z.strictObject({
  /** Alerts that somebody has to get up for. */
  critical: receivers,
  /** Alerts that can wait for the next working day. */
  warning: receivers,
  /**
   * Somebody outside who raises the alarm when Watchdog, an alert that is always on, stops arriving: monitoring cannot
   * tell of its own end. A webhook that is called every few minutes, or nobody.
   */
  deadMansSwitch: z.enum(['webhook', 'none'], 'use webhook or none'),
});

/** Who is told of what. */
export type Receivers = z.infer<typeof receiversSchema>;

/** Severities that people are told of. */
export const severities = ['critical', 'warning'] as const;

/** A severity that people are told of. */
export type ReceivedSeverity = (typeof severities)[number];

/** Ports of the internet by which what is told leaves. */
export function receiverPorts(receivers: Receivers): number[] {
  const ports = severities.flatMap((severity) => receivers[severity]).map(portOf);
  return [...new Set([...(receivers.deadMansSwitch === 'webhook' ? [httpsPort] : []), ...ports])].sort((a, b) => a - b);
}

const httpsPort = 443;

function portOf(receiver: Receiver): number {
  return receiver.kind === 'email' ? receiver.port : httpsPort;
}
