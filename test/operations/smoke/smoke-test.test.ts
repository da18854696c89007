import type { RequestListener } from 'node:http';
import { type SmokeOptions, type SmokeResult, smokeLine, smokeTest } from '../../../lib/operations/smoke/smoke-test';
import { staging } from '../../../lib/veza/environments/staging';
import { veza } from '../../../lib/veza/veza';
import { certificate, Site, type Upgrade } from './site';

/** Staging as if clients trusted its certificates: they are verified. */
const trusted = { ...staging, monitoring: { ...staging.monitoring, publicCertificates: 'trusted' as const } };
// A busy machine may take long over an answer: only where none is to come is the time short.
const once = { timeout: 60_000, patience: { firstPause: 5, timeoutMs: 0 }, authorities: certificate('authority.pem') };

function timeFor(trouble: string): SmokeOptions {
  return trouble.startsWith('timeout') ? { timeout: 2_000 } : {};
}

let site: Site;
afterEach(() => site.stop());

async function asked(
  certificateName: string | undefined,
  prepare: (site: Site) => void = () => undefined,
  options: SmokeOptions = {},
  environment: Pick<typeof staging, 'domain' | 'monitoring'> = trusted,
): Promise<SmokeResult[]> {
  site = new Site(certificateName);
  prepare(site);
  return smokeTest(veza, environment, { ...once, address: await site.start(), ...options });
}

/** What failed, by the path or by the URL: the trouble. */
function troubles(results: readonly SmokeResult[]): Record<string, string> {
  const failed = results.filter(({ trouble }) => trouble !== undefined);
  return Object.fromEntries(failed.map(({ host, path, trouble = '' }) => [`${host.split('.')[0]}${path}`, trouble]));
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

test('a platform that works answers every request, each in the name of its host', async () => {
  const results = await asked('staging');
  expect(troubles(results)).toEqual({});
  expect(results.map(({ host, path }) => `${host} ${path}`)).toEqual(all);
  expect([...site.requests].sort()).toEqual(all.map((line) => `${line.split(' ')[0]} ${line}`));
  expect(await Promise.all(site.goodbyes)).toEqual([1000]);
});

test('plain HTTP gets the same requests', async () => {
  expect(troubles(await asked(undefined))).toEqual({});
  expect([...site.requests].sort()).toEqual(all.map((line) => `plain ${line}`));
});

test('each result is told when it comes, once', async () => {
  const told: SmokeResult[] = [];
  const results = await asked('staging', undefined, { report: (result) => told.push(result) });
  expect(new Set(told)).toEqual(new Set(results));
  expect(told).toHaveLength(8);
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
  ['a 200', raw('HTTP/1.1 200 OK', 'Content-Length: 0'), 'answered 200 instead of 101'],
  [
    'a redirect',
    raw('HTTP/1.1 302 Found', 'Location: https://login.veza.app/', 'Content-Length: 0'),
    'redirected to https://login.veza.app/ (302)',
  ],
  ['silence', () => undefined, 'timeout: no answer within 2 s'],
  ['an end', (_, socket) => socket.destroy(), 'connection closed without an answer'],
])('%s is no websocket', async (_, upgrade, trouble) => {
  const prepare = (prepared: Site) => {
    prepared.upgrade = upgrade;
  };
  const results = await asked('staging', prepare, timeFor(trouble));
  expect(troubles(results)).toEqual({ 'chat/ws': trouble });
});

const part = (status: number, contentRange: string, body: string): RequestListener => {
  return (_, response) => response.writeHead(status, { 'Content-Range': contentRange }).end(body);
};

test.each<[string, RequestListener, string]>([
  ['the whole file', (_, response) => response.writeHead(200).end('xxxx'), 'answered 200 instead of 206'],
  ['another part', part(206, 'bytes 1-1/4', 'x'), 'answered 206 with the Content-Range bytes 1-1/4'],
  ['more than the part', part(206, 'bytes 0-0/4', 'xxxx'), 'answered 206 with more than the one byte'],
  ['nothing of the part', part(206, 'bytes 0-0/4', ''), 'answered 206 with no byte'],
  ['no file', (_, response) => response.writeHead(404).end(), 'answered 404 instead of 206'],
])('%s is no answer to a range', async (_, answer, trouble) => {
  const results = await asked('staging', ({ answers }) => {
    answers[range] = answer;
  });
  expect(troubles(results)).toEqual({ [`stream${range}`]: trouble });
});

test.each<[string, RequestListener, string]>([
  ['503', (_, response) => response.writeHead(503).end(), 'answered 503 instead of 200'],
  [
    'a redirect',
    (_, response) => response.writeHead(308, { Location: '/elsewhere' }).end(),
    'redirected to /elsewhere (308)',
  ],
  ['silence', () => undefined, 'timeout: no answer within 2 s'],
  ['an end', (_, response) => response.destroy(), 'connection closed without an answer'],
])('%s is no readiness, of any service', async (_, answer, trouble) => {
  const prepare = ({ answers }: Site) => {
    answers['/ready'] = answer;
  };
  const results = await asked('staging', prepare, timeFor(trouble));
  expect(troubles(results)).toEqual({ 'api/ready': trouble, 'chat/ready': trouble, 'stream/ready': trouble });
});

test('a body that never ends keeps nobody waiting, and no connection open', async () => {
  const ends: Promise<number>[] = [];
  const begin = performance.now();
  const prepare = ({ answers }: Site) => {
    answers['/health'] = (_, response) => {
      ends.push(new Promise((resolve) => response.on('close', () => resolve(performance.now() - begin))));
      response.writeHead(200).write('for ever');
    };
    answers[range] = (_, response) => response.writeHead(206, { 'Content-Range': 'bytes 0-0/9' }).flushHeaders();
  };
  const results = await asked('staging', prepare, { timeout: 5_000 });
  expect(troubles(results)).toEqual({ [`stream${range}`]: 'timeout: no answer within 5 s' });
  // A timeout would close it too, later.
  const times = await Promise.all(ends);
  expect(times.map((time) => time < 4_500)).toEqual([true, true, true]);
});

test('what fails twice and then works has worked, at the third try', async () => {
  let failures = 2;
  const options = { patience: { firstPause: 20, timeoutMs: 5_000 } };
  const begin = performance.now();
  const results = await asked(
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
  expect(results.map(({ attempts: tries }) => tries)).toEqual([1, 1, 1, 1, 3, 1, 1, 1]);
  expect(troubles(results)).toEqual({});
  // The pauses grow: 20 and then 40 milliseconds.
  expect(performance.now() - begin).toBeGreaterThan(55);
});

test.each([
  ['expired', 'certificate expired'],
  ['elsewhere', 'certificate for another host: DNS:*.elsewhere.test'],
])('a certificate that is %s is refused by all, and accepted where none is trusted', async (name, trouble) => {
  expect(Object.values(troubles(await asked(name)))).toEqual(Array(8).fill(trouble));
  await site.stop();
  const results = await asked(name, undefined, {}, staging);
  expect(results.map((result) => [result.trouble, result.unverified])).toEqual(Array(8).fill([undefined, true]));
});

test('an authority that Node does not know is not trusted', async () => {
  const results = await asked('staging', undefined, { authorities: undefined });
  expect(new Set(Object.values(troubles(results)))).toEqual(
    new Set(['certificate not trusted: its authority is unknown']),
  );
  expect(Object.values(troubles(results))).toHaveLength(8);
});

test('a port where nobody speaks TLS, and one where nobody listens', async () => {
  site = new Site();
  const address = await site.start();
  const speaking = await smokeTest(veza, trusted, { ...once, address: { ...address, secure: true } });
  expect(Object.values(troubles(speaking))).toEqual(Array(8).fill('does not speak TLS'));
  await site.stop();
  const silent = await smokeTest(veza, trusted, { ...once, address });
  expect(Object.values(troubles(silent))).toEqual(Array(8).fill('connection refused'));
});

const result: SmokeResult = {
  service: 'chat-server',
  kind: 'websocket',
  host: 'chat.veza.app',
  path: '/ws',
  trouble: undefined,
  milliseconds: 34,
  attempts: 1,
  secure: true,
  via: undefined,
  unverified: false,
};

test.each<[Partial<SmokeResult>, string]>([
  [
    { secure: false, via: '[::1]:8080' },
    'ok   chat-server  ws://chat.veza.app/ws via [::1]:8080: 101, websocket open in 34 ms',
  ],
  [{}, 'ok   chat-server  wss://chat.veza.app/ws: 101, websocket open in 34 ms'],
  [
    { kind: 'status', path: '/ready', attempts: 3, unverified: true },
    'ok   chat-server  https://chat.veza.app/ready: 200 in 34 ms, at try 3, certificate not verified',
  ],
  [
    { trouble: 'connection refused', attempts: 6, unverified: true },
    'bad  chat-server  wss://chat.veza.app/ws: connection refused in 34 ms, the last of 6 tries',
  ],
])('%j is one line', (change, line) => {
  expect(smokeLine({ ...result, ...change })).toBe(line);
});
