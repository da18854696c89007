import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { notify } from '../../lib/cli/notifications';
import { TestSystem } from './support/test-system';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Notifies a webhook, and returns what is printed on stdout and stderr. */
async function printed(text: string, url: string | undefined, timeout?: number): Promise<readonly [string, string]> {
  const system = new TestSystem({ variables: { SLACK_WEBHOOK_URL: url } });
  await notify(text, system, { timeout });
  return [system.out, system.err];
}

/** A webhook, as a URL with a secret in it. */
async function webhook(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/services/SECRET`;
}

test('a text is posted as Slack reads it', async () => {
  const seen: unknown[] = [];
  const url = await webhook(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push([request.method, request.url, request.headers['content-type'], JSON.parse(body)]);
    response.end('ok');
  });
  expect(await printed('production runs "v1.2.3" – ✓', url)).toEqual(['', '']);
  expect(seen).toEqual([['POST', '/services/SECRET', 'application/json', { text: 'production runs "v1.2.3" – ✓' }]]);
});

test.each([undefined, ''])('without a webhook (%j) it is a line on stdout', async (url) => {
  expect(await printed('production runs v1.2.3', url)).toEqual(['notification: production runs v1.2.3\n', '']);
});

test.each<[string, RequestListener, string]>([
  ['fails', (_, response) => response.writeHead(500).end('SECRET'), 'the webhook answered 500'],
  [
    'leads elsewhere',
    (_, response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/SECRET' }).end(),
    'the webhook answered 302',
  ],
  ['hangs', () => undefined, 'no answer within 0.2 s'],
  ['hangs up', (_, response) => response.destroy(), 'the webhook cannot be reached (UND_ERR_SOCKET)'],
])('a webhook that %s is a line on stderr', async (_, answer, message) => {
  // Only what never answers is given little time: a busy machine may take long over an answer.
  const timeout = message.startsWith('no answer') ? 200 : 60_000;
  const lines = await printed('hello', await webhook(answer), timeout);
  expect(lines).toEqual(['', `the notification did not arrive: ${message}\n`]);
});

test.each([
  ['http://127.0.0.1:1/services/SECRET', 'the webhook cannot be reached'],
  ['http://SECRET.invalid/', 'the webhook cannot be reached (ENOTFOUND)'],
  ['SECRET', 'SLACK_WEBHOOK_URL is not an http or https URL'],
  ['file:///SECRET', 'SLACK_WEBHOOK_URL is not an http or https URL'],
  ['https://user:SECRET@127.0.0.1', 'SLACK_WEBHOOK_URL is not an http or https URL'],
])('%s is never shown', async (url, message) => {
  expect(await printed('hello', url)).toEqual(['', `the notification did not arrive: ${message}\n`]);
});
