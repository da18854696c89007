import { type LokiLogs, logsSchema } from '../../../lib/platform/settings/logs';
import { changed } from '../../support/changed';
import { production } from '../../support/environments/production';

if (production.logs.kind !== 'loki') throw new Error('production keeps no logs');
const { logs } = production;
const bucket = {
  kind: 'bucket',
  endpoint: 's3.eu-central-1.amazonaws.com',
  region: 'eu-central-1',
  bucket: 'veza-logs',
  secrets: { kind: 'existing' },
} as const;

function messages(value: unknown): string[] {
  const { error } = logsSchema.safeParse(value);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

function sized(expectedPerDay: string, days: number, size: string, store: LokiLogs['store']): unknown {
  const { resources, storage } = logs.server;
  const server = { resources, storage: { ...storage, size } };
  return { ...logs, expectedPerDay, retention: { days, shorter: [] }, server, store };
}

test.each([
  ['7Gi', 10, '100Gi'],
  ['1Mi', 1, '2Mi'],
])('%s a day for %d days fit into %s', (daily, days, size) => {
  expect(messages(sized(daily, days, size, { kind: 'volume' }))).toStrictEqual([]);
});

test('what does not fit into 70 % of the volume is refused, with the size that would do', () => {
  expect(messages(sized('7Gi', 10, '99Gi', { kind: 'volume' }))).toStrictEqual([
    'server.storage.size: cannot hold 7Gi a day for 10 days in 70 % of it; use 100Gi or more, keep fewer days, or use ' +
      'a bucket',
  ]);
});

test('beside a bucket, the volume holds one day', () => {
  expect(messages(sized('7Gi', 365, '10Gi', bucket))).toStrictEqual([]);
  expect(messages(sized('7Gi', 365, '9Gi', bucket))).toStrictEqual([
    'server.storage.size: cannot hold 7Gi a day for 1 day in 70 % of it; use 10Gi or more, keep fewer days',
  ]);
});

test('a level is kept for fewer days than the others, and stated once', () => {
  const shorter = [
    { level: 'debug', days: 1 },
    { level: 'debug', days: 2 },
    { level: 'trace', days: 15 },
  ];
  expect(messages(changed(logs, 'retention', { days: 15, shorter }))).toStrictEqual([
    'retention.shorter.1.level: is there already; state each level once',
    'retention.shorter.2.days: is not fewer than the 15 days of all lines; lower it or leave it out',
  ]);
});

test('no logs need nothing else', () => {
  expect(messages({ kind: 'none' })).toStrictEqual([]);
});
