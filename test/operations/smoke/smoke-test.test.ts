import type { RequestListener } from 'node:http';
import { systemClock } from '../../../lib/cluster/wait';
import {
  formatSmokeResult,
  type SmokeOptions,
  type SmokeResult,
  sendProbes,
} from '../../../lib/operations/smoke/smoke-test';
import { veza } from '../../../lib/veza/veza';
import { staging } from '../../support/environments/staging';
import { certificate, Site, type Upgrade } from './site';

/** The platform with a service of each kind of probe, whatever is added to it. */
const kinds = ['backend-api', 'chat-server', 'stream-server'];
const platform = { ...veza, services: veza.services.filter(({ name }) => kinds.includes(name)) };
/** Staging as if clients trusted its certificates: they are verified. */
const trusted = { ...staging, edge: { ...staging.edge, publicCertificates: 'trusted' as const } };
// The timeout is short only where no response is expected: a busy machine may take long to respond.
const singleAttempt = {
  clock: systemClock,
  timeout: 60_000,
  retryPolicy: { firstPause: 5, timeoutMs: 0 },
  authorities: certificate('authority.pem'),
};

function optionsFor(error: string): Partial<SmokeOptions> {
  return error.startsWith('timeout') ? { timeout: 2_000 } : {};
}

let site: Site;
afterEach(() => site.stop());

async function runOn(
  certificateName: string | undefined,
  prepare: (site: Site) => void = () => undefined,
  options: Partial<SmokeOptions> = {},
  environment: Pick<typeof staging, 'domain' | 'edge'> = trusted,
): Promise<SmokeResult[]> {
  site = new Site(certificateName);
  prepare(site);
  return sendProbes(platform, environment, { ...singleAttempt, address: await site.start(), ...options });
}

/** Errors of the failed requests, by subdomain and path. */
function errorsOf(results: readonly SmokeResult[]): Record<string, string> {
  const failed = results.filter(({ error }) => error !== undefined);
  return Object.fromEntries(failed.map(({ host, path, error = '' }) => [`${host.split('.')[0]}${path}`, error]));
}

const all = [
  'api.staging.veza.app /health',
  'api.staging.veza.app /ready',
  'chat.staging.veza.app /health',
  'chat.staging.veza.app /ready',
  'chat.staging.veza.app /ws',
  'stream.staging.veza.app /health',
  'stream.staging.veza.app /ready',
  'stream.staging.veza.app /stream/smoke-test.mp3',
];
const range = '/stream/smoke-test.mp3';

test('a working platform answers every request under the name of its host', async () => {
  const results = await runOn('staging');
  expect(errorsOf(results)).toEqual({});
  expect(results.map(({ host, path }) => `${host} ${path}`)).toEqual(all);
  expect([...site.requests].sort()).toEqual(all.map((line) => `${line.split(' ')[0]} ${line}`));
  expect(await Promise.all(site.closeCodes)).toEqual([1000]);
});

test('the same requests are sent over plain HTTP', async () => {
  expect(errorsOf(await runOn(undefined))).toEqual({});
  expect([...site.requests].sort()).toEqual(all.map((line) => `plain ${line}`));
});

test('each result is reported once, as it arrives', async () => {
  const reported: SmokeResult[] = [];
  const results = await runOn('staging', undefined, { report: (result) => reported.push(result) });
  expect(new Set(reported)).toEqual(new Set(results));
  expect(reported).toHaveLength(8);
});

const raw =
  (...lines: string[]): Upgrade =>
  (_, socket) =>
    socket.end(`${lines.join('\r\n')}\r\n\r\n`);

test.each<[string, Upgrade, string]>([
  [
    'a wrong Sec-WebSocket-Accept',
    raw(
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Accept: d3Jvbmc=',
    ),
    'Invalid Sec-WebSocket-Accept header',
  ],
  ['a 200', raw('HTTP/1.1 200 OK', 'Content-Length: 0'), 'responded 200 instead of 101'],
  [
    'a redirect',
    raw('HTTP/1.1 302 Found', 'Location: https://login.veza.app/', 'Content-Length: 0'),
    'redirected to https://login.veza.app/ (302)',
  ],
  ['silence', () => undefined, 'timeout: no response within 2 s'],
  ['a closed connection', (_, socket) => socket.destroy(), 'connection closed without a response'],
])('%s is not a websocket', async (_, upgrade, error) => {
  const prepare = (prepared: Site) => {
    prepared.upgrade = upgrade;
  };
  const results = await runOn('staging', prepare, optionsFor(error));
  expect(errorsOf(results)).toEqual({ 'chat/ws': error });
});

const part = (status: number, contentRange: string, body: string): RequestListener => {
  return (_, response) => response.writeHead(status, { 'Content-Range': contentRange }).end(body);
};

test.each<[string, RequestListener, string]>([
  ['the whole file', (_, response) => response.writeHead(200).end('xxxx'), 'responded 200 instead of 206'],
  ['another part', part(206, 'bytes 1-1/4', 'x'), 'responded 206 with the Content-Range bytes 1-1/4'],
  ['more than the part', part(206, 'bytes 0-0/4', 'xxxx'), 'responded 206 with more than one byte'],
  ['nothing of the part', part(206, 'bytes 0-0/4', ''), 'responded 206 with no byte'],
  ['no file', (_, response) => response.writeHead(404).end(), 'responded 404 instead of 206'],
])('%s fails a range request', async (_, answer, error) => {
  const results = await runOn('staging', ({ answers }) => {
    answers[range] = answer;
  });
  expect(errorsOf(results)).toEqual({ [`stream${range}`]: error });
});

test.each<[string, RequestListener, string]>([
  ['503', (_, response) => response.writeHead(503).end(), 'responded 503 instead of 200'],
  [
    'a redirect',
    (_, response) => response.writeHead(308, { Location: '/elsewhere' }).end(),
    'redirected to /elsewhere (308)',
  ],
  ['silence', () => undefined, 'timeout: no response within 2 s'],
  ['a closed connection', (_, response) => response.destroy(), 'connection closed without a response'],
])('%s fails the readiness of every service', async (_, answer, error) => {
  const prepare = ({ answers }: Site) => {
    answers['/ready'] = answer;
  };
  const results = await runOn('staging', prepare, optionsFor(error));
  expect(errorsOf(results)).toEqual({ 'api/ready': error, 'chat/ready': error, 'stream/ready': error });
});

test('a body that never ends delays no result and leaves no connection open', async () => {
  const ends: Promise<number>[] = [];
  const begin = performance.now();
  const prepare = ({ answers }: Site) => {
    answers['/health'] = (_, response) => {
      ends.push(new Promise((resolve) => response.on('close', () => resolve(performance.now() - begin))));
      response.writeHead(200).write('for ever');
    };
    answers[range] = (_, response) => response.writeHead(206, { 'Content-Range': 'bytes 0-0/9' }).flushHeaders();
  };
  const results = await runOn('staging', prepare, { timeout: 5_000 });
  expect(errorsOf(results)).toEqual({ [`stream${range}`]: 'timeout: no response within 5 s' });
  // The timeout would close it too, but later.
  const times = await Promise.all(ends);
  expect(times.map((time) => time < 4_500)).toEqual([true, true, true]);
});

test('a request that fails twice succeeds at the third attempt', async () => {
  let failures = 2;
  const options = { retryPolicy: { firstPause: 20, timeoutMs: 5_000 } };
  const begin = performance.now();
  const results = await runOn(
    'staging',
    (prepared) => {
      const { upgrade } = prepared;
      prepared.upgrade = (request, socket, head) => {
        if (failures > 0) socket.destroy();
        else upgrade(request, socket, head);
        failures -= 1;
      };
    },
    options,
  );
  expect(results.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 3, 1, 1, 1]);
  expect(errorsOf(results)).toEqual({});
  // The pauses grow: 20 and then 40 milliseconds.
  expect(performance.now() - begin).toBeGreaterThan(55);
});

test.each([
  ['expired', 'certificate expired'],
  ['elsewhere', 'certificate for another host: DNS:*.elsewhere.test'],
])('a certificate that is %s is refused, except where public certificates are untrusted', async (name, error) => {
  expect(Object.values(errorsOf(await runOn(name)))).toEqual(Array(8).fill(error));
  await site.stop();
  const results = await runOn(name, undefined, {}, staging);
  expect(results.map((result) => [result.error, result.unverified])).toEqual(Array(8).fill([undefined, true]));
});

test('an unknown authority is not trusted', async () => {
  const results = await runOn('staging', undefined, { authorities: undefined });
  expect(new Set(Object.values(errorsOf(results)))).toEqual(
    new Set(['certificate not trusted: its authority is unknown']),
  );
  expect(Object.values(errorsOf(results))).toHaveLength(8);
});

test('a port that does not speak TLS, and a closed port', async () => {
  site = new Site();
  const address = await site.start();
  const plain = await sendProbes(platform, trusted, { ...singleAttempt, address: { ...address, secure: true } });
  expect(Object.values(errorsOf(plain))).toEqual(Array(8).fill('does not speak TLS'));
  await site.stop();
  const closed = await sendProbes(platform, trusted, { ...singleAttempt, address });
  expect(Object.values(errorsOf(closed))).toEqual(Array(8).fill('connection refused'));
});

const result: SmokeResult = {
  service: 'chat-server',
  kind: 'websocket',
  host: 'chat.veza.app',
  path: '/ws',
  error: undefined,
  milliseconds: 34,
  attempts: 1,
  secure: true,
  via: undefined,
  unverified: false,
};

test.each<[Partial<SmokeResult>, string]>([
  [
    { secure: false, via: '[::1]:8080' },
    'ok      chat-server  ws://chat.veza.app/ws via [::1]:8080: 101, websocket open in 34 ms',
  ],
  [{}, 'ok      chat-server  wss://chat.veza.app/ws: 101, websocket open in 34 ms'],
  [
    { kind: 'status', path: '/ready', attempts: 3, unverified: true },
    'ok      chat-server  https://chat.veza.app/ready: 200 in 34 ms, attempt 3, certificate not verified',
  ],
  [
    { error: 'connection refused', attempts: 6, unverified: true },
    'failed  chat-server  wss://chat.veza.app/ws: connection refused in 34 ms after 6 attempts',
  ],
])('%j is one line', (change, line) => {
  expect(formatSmokeResult({ ...result, ...change })).toBe(line);
});
