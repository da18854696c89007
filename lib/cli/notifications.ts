import type { Command } from 'commander';
import { OperationError, UsageError } from '../platform/errors';
import { addExamples } from './arguments';
import { print, printError, type System } from './system';

/** Adds `veza notify`. A webhook that fails is no failure of the command: it must never fail a pipeline. */
export function addNotifyCommand(program: Command, system: System): void {
  const command = program
    .command('notify')
    .description('Send a text to the webhook in SLACK_WEBHOOK_URL, or print it.')
    .argument('<text>', 'the text, as one argument', parseText)
    .action((text: string) => notify(text, system));
  addExamples(command, 'notify "production: maintenance begins at 22:00 UTC"');
}

function parseText(text: string): string {
  if (text.trim() === '') throw new UsageError('the text is empty; give a line to send');
  return text;
}

export interface NotifyOptions {
  /** Milliseconds after which a webhook that does not answer is given up. @default 10000 */
  readonly timeout?: number;
}

/**
 * Posts a text to the webhook in SLACK_WEBHOOK_URL, or prints it on stdout if there is none. A webhook that fails
 * is a line on stderr and nothing more: no operation fails because its notification did not arrive.
 */
export async function notify(
  text: string,
  system: Pick<System, 'variables' | 'stdout' | 'stderr'>,
  { timeout = 10_000 }: NotifyOptions = {},
): Promise<void> {
  const { SLACK_WEBHOOK_URL: webhook = '' } = system.variables;
  if (webhook === '') {
    print(system, `notification: ${text}`);
    return;
  }
  const error = await post(webhook, text, timeout);
  if (error !== undefined) printError(system, `the notification did not arrive: ${error}`);
}

/** The error, if any, in words that never show the URL: who knows it can write to the channel. */
async function post(webhook: string, text: string, timeout: number): Promise<string | undefined> {
  if (!isHttpUrl(webhook)) return 'SLACK_WEBHOOK_URL is not an http or https URL';
  try {
    const { ok, status, body } = await fetch(webhook, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    await body?.cancel();
    return ok ? undefined : `the webhook answered ${status}`;
  } catch (error) {
    return describeFetchError(error, timeout);
  }
}

function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // With a user and password in it, fetch refuses the URL and repeats it in its message.
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

function describeFetchError(error: unknown, timeout: number): string {
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } };
  if (name === 'TimeoutError') return `no answer within ${timeout / 1000} s`;
  return cause?.code === undefined ? 'the webhook cannot be reached' : `the webhook cannot be reached (${cause.code})`;
}

/**
 * Runs an operation and sends its result to the webhook. Usage errors are not sent: nothing was changed.
 * @param failure what is sent before the cause if it fails: `v1.2.3 was not deployed to staging`
 */
export async function withNotification(system: System, failure: string, work: () => Promise<string>): Promise<void> {
  const send = (text: string) => notify(text, system);
  try {
    const done = await work();
    print(system, done);
    await send(done);
  } catch (error) {
    if (error instanceof Error && !(error instanceof UsageError)) {
      await send(`${failure}: ${error instanceof OperationError ? error.publicMessages.join('; ') : error.message}`);
    }
    throw error;
  }
}
