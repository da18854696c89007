import { parse } from 'yaml';
import type { MultilineParser } from '../../lib/constructs/logs/workload-logs';
import { buildEnvironment } from '../../lib/synth/render-environment';
import { veza } from '../../lib/veza/veza';
import { clusteredProduction, singleProduction } from '../support/clustered';
import type { Manifest } from '../support/manifests';
import { joinLines } from './logs/joined-lines';
import { type LineRecord, runLines } from './logs/lua';
import { clusterLines, type Entry, type Output, outputs } from './logs/output';

// Not part of `npm test`, which needs Node.js alone. Fluent Bit and Loki are in no Debian suite and no npm package, so
// the script runs under the interpreter that Fluent Bit embeds, and its parsers in an imitation of its state machine.

const namespace = 'veza-production';
const [files, clusterFiles] = [singleProduction, clusteredProduction].map((environment) => {
  const objects = buildEnvironment(veza, environment).files['production-logs'] as readonly Manifest[];
  return objects.find(({ kind }) => kind === 'ConfigMap')?.data;
});
const script = files?.['lines.lua'] ?? '';
const { filters } = parse(files?.['fluent-bit.yaml'] ?? '').pipeline;
const names = String(filters[0]['multiline.parser']).split(', ');
const parsers: MultilineParser[] = parse(files?.['parsers.yaml'] ?? '').multiline_parsers;

const apps: Readonly<Record<string, string>> = {
  'veza-backend-api-7d9f6c5b8-x2xqk': 'veza-backend-api',
  'veza-chat-server-6c5b8d9f7-lp2wz': 'veza-chat-server',
  'veza-stream-server-5b8d9f7c6-q8r4t': 'veza-stream-server',
  'postgres-0': 'postgres',
  'postgres-backup-29406862-9xk2p': 'postgres-backup',
  'redis-0': 'redis',
  'prometheus-0': 'prometheus',
  'kube-state-metrics-6d5f-abcde': 'kube-state-metrics',
  'fluent-bit-abcde': 'unknown',
};

function run({ pod, container }: Pick<Output, 'pod' | 'container'>, texts: readonly string[]): LineRecord[] {
  return runLines(
    script,
    texts.map((text) => ({ tag: `k.${namespace}.${pod}.${container}`, text })),
  );
}

/** The records that are to reach Loki: every line is in one of them, unchanged but for what is removed. */
function expected({ pod, container, lines, entries }: Output): LineRecord[] {
  let next = 0;
  return entries.map(({ level, event = 'line', trace = '', joins = 1, scrubbed = {} }: Entry) => {
    const text = lines.slice(next, next + joins).join('\n');
    next += joins;
    const raw = Object.entries(scrubbed).reduce((all, [secret, shown]) => all.replace(secret, shown), text);
    return { namespace, pod, container, app: apps[pod] ?? '', level, event, trace_id: trace, raw };
  });
}

test('there are lines of every kind', () => {
  expect(outputs.flatMap(({ lines }) => lines).length).toBeGreaterThanOrEqual(60);
  expect(outputs.flatMap(({ entries }) => entries.map(({ joins = 1 }) => joins)).reduce((a, b) => a + b)).toBe(
    outputs.flatMap(({ lines }) => lines).length,
  );
});

test.each(outputs.map((output) => [output.pod, output.container, output] as const))(
  'the lines of %s %s become entries',
  (_pod, _container, output) => {
    const entries = run(output, joinLines(output.lines, names, parsers));
    expect(entries).toStrictEqual(expected(output));
  },
);

const pod = { pod: 'veza-backend-api-1-2', container: 'backend-api' };

test.each([
  ['a bearer token', 'Authorization: Bearer abc.DEF-123==, next', 'Authorization: Bearer [redacted], next'],
  ['basic credentials', 'authorization="Basic dXNlcjpwYXNz"', 'authorization="[redacted]"'],
  ['a cookie', 'cookie=session-1234; path=/', 'cookie=[redacted]; path=/'],
  ['a JWT', 'got eyJhbGciOi.eyJzdWIi.c2ln next', 'got [redacted] next'],
  ['an AWS key', 'key ASIAIOSFODNN7EXAMPLE.', 'key [redacted].'],
  ['a Google key', `key=AIza${'a'.repeat(35)} next`, 'key=[redacted] next'],
  ['a GitHub token', 'clone with ghp_16C7e42F292c6912E7 now', 'clone with [redacted] now'],
  ['a Slack token', 'xoxb-123-456-abc', '[redacted]'],
  ['a payment key', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', '[redacted]'],
  [
    'a private key',
    'key -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- end',
    'key [redacted] end',
  ],
  ['a password in text', 'password: hunter2, user: bob', 'password: [redacted], user: bob'],
  ['a password in single quotes', "passwd='a b' next", "passwd='[redacted]' next"],
  ['a password in a query', '/login?password=a%20b&next=/x', '/login?password=[redacted]&next=/x'],
  ['a password in a struct', '{User:bob Password:hunter2}', '{User:bob Password:[redacted]}'],
  ['a secret in JSON', '{"client_secret" : "a\\\\", "x":1}', '{"client_secret" : "[redacted]", "x":1}'],
  ['an unfinished string', '{"password":"abc', '{"password":"[redacted]'],
  ['credentials in a URL', 'amqp+ssl://u:p@h:5671/v', 'amqp+ssl://u:[redacted]@h:5671/v'],
  ['two URLs', 'a://u:p@h b://v:q@i', 'a://u:[redacted]@h b://v:[redacted]@i'],
  ['a mail address', 'to <jane.doe@mail.example.org>.', 'to <[redacted]@mail.example.org>.'],
])('%s is removed', (_, text, scrubbed) => {
  expect(run(pod, [text]).map(({ raw }) => raw)).toStrictEqual([scrubbed]);
});

test.each([
  'invalid token: expired',
  'secret mount failed for volume veza-secrets',
  'password authentication failed for user "veza_user"',
  'https://api.veza.app:8443/tracks/42?x=1@2',
  '/go/pkg/mod/golang.org/x/net@v0.0.0-20230102150405-abcdefabcdef/http.go',
  'pull ghcr.io/veza/backend-api@sha256:0123abcd',
  'user=veza_user@veza_production',
  '',
  'héllo wörld ✓ \t tab \\ backslash % percent %1',
])('%j is unchanged', (text) => {
  expect(run(pod, [text]).map(({ raw }) => raw)).toStrictEqual([text]);
});

test('the longest workload name that a pod begins with is its app', () => {
  const pods = ['postgres-backup-store-6d-x', 'postgres-backup-1-x', 'postgres-0', 'postgresql-0', 'other'];
  const found = pods.map((name) => run({ pod: name, container: 'c' }, ['x'])[0]?.app);
  expect(found).toStrictEqual(['postgres-backup-store', 'postgres-backup', 'postgres', 'unknown', 'unknown']);
});

test('what CloudNativePG prints has the level of its server, and a refused login is one', () => {
  const found = runLines(
    clusterFiles?.['lines.lua'] ?? '',
    clusterLines.map((text) => ({ tag: `k.${namespace}.postgres-cluster-1.postgres`, text })),
  );
  expect(found.map(({ app, level, event }) => [app, level, event].join(' '))).toStrictEqual([
    'postgres-cluster info line',
    'postgres-cluster error line',
    'postgres-cluster fatal failed-login',
    'postgres-cluster fatal failed-login',
    'postgres-cluster fatal line',
    'postgres-cluster info line',
    'postgres-cluster error line',
  ]);
  expect(found.at(-2)?.raw).not.toContain('hunter2');
});

test('a name in the tag may have dots, and a tag of another form is no reason to fail', () => {
  const [record] = runLines(script, [{ tag: 'k.ns.redis-0.v1.redis', text: 'x' }]);
  expect(record).toMatchObject({ namespace: 'ns', pod: 'redis-0.v1', container: 'redis', app: 'redis' });
  const [other] = runLines(script, [{ tag: 'nonsense', text: 'password=x' }]);
  expect(other).toMatchObject({ namespace: 'unknown', app: 'unknown', raw: 'password=[redacted]' });
});

test('a long line does not stop a collector', () => {
  const start = performance.now();
  const word = 'a'.repeat(250_000);
  expect(run(pod, [`${word}@${word}`, `${'://'.repeat(5_000)}`, 'password='.repeat(5_000)])).toHaveLength(3);
  expect(performance.now() - start).toBeLessThan(20_000);
});

test('a line that cannot be read is not passed on', () => {
  const broken = script.replace('local function scrub(text, workload)', '$&\n  error("boom")');
  expect(broken).not.toBe(script);
  const [record] = runLines(broken, [{ tag: 'k.ns.redis-0.redis', text: 'password=x' }]);
  expect(record?.raw).toBe('[a line that the collector could not read]');
});
