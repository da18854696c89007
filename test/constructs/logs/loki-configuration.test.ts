import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { writeLokiConfiguration } from '../../../lib/constructs/logs/loki-configuration';
import type { LogStore } from '../../../lib/platform/settings/logs';

const bucket: LogStore = {
  kind: 'bucket',
  endpoint: 's3.eu-central-1.amazonaws.com',
  region: 'eu-central-1',
  bucket: 'veza-logs',
  secrets: { kind: 'existing' },
};
const retention = { days: 15, shorter: [{ level: 'debug', days: 1 }] } as const;

function configuration(store: LogStore): Record<string, never> {
  return parse(writeLokiConfiguration({ retention, store, memory: '1Gi' }));
}

/** Type and versions of each field that Loki knows, by its path. */
const known = new Map(
  readFileSync(join(__dirname, 'loki-fields.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' | '))
    .map(([path = '', type = '', versions = '']) => [path, { type, versions: versions.split(',') }] as const),
);

/** Every field of a configuration with its value, a list's entries as `[]`. */
function fields(value: unknown, path = ''): (readonly [string, unknown])[] {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    return value.flatMap((item) => fields(item, `${path}[]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, child]) => fields(child, path === '' ? key : `${path}.${key}`));
}

const forms: Readonly<Record<string, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === 'boolean',
  int: (value) => Number.isInteger(value) || /^\d+(B|KB|MB|GB)$/.test(String(value)),
  float: (value) => typeof value === 'number',
  duration: (value) => /^\d+[smh]$/.test(String(value)),
  daytime: (value) => /^\d{4}-\d\d-\d\d$/.test(String(value)),
  string: (value) => typeof value === 'string',
  'list of strings': (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};

describe.each([
  ['a volume', { kind: 'volume' }],
  ['a bucket', bucket],
] as const)('with %s', (_, store) => {
  const rendered = fields(configuration(store));

  test('every field is one that Loki 3.7 and 4.0 know, with a value of its type', () => {
    expect(rendered.length).toBeGreaterThan(30);
    for (const [path, value] of rendered) {
      const field = known.get(path);
      expect([path, field?.versions]).toStrictEqual([path, ['3.7', '4.0']]);
      expect([path, forms[field?.type ?? '']?.(value)]).toStrictEqual([path, true]);
    }
  });

  test('chunks, requests to delete and schema are in the same store', () => {
    const { storage_config, compactor, schema_config } = configuration(store) as Record<string, Record<string, never>>;
    const kinds = [
      ...Object.keys(storage_config?.object_store ?? {}),
      compactor?.delete_request_store,
      ...(schema_config?.configs ?? []).map(({ object_store }) => object_store),
    ];
    expect(new Set(kinds).size).toBe(1);
  });
});

test('lines are deleted after their days, those of some levels earlier', () => {
  const { limits_config, compactor } = configuration({ kind: 'volume' });
  expect(compactor).toMatchObject({ retention_enabled: true, delete_request_store: 'filesystem' });
  expect(limits_config).toMatchObject({
    retention_period: '360h',
    retention_stream: [{ selector: '{level="debug"}', priority: 1, period: '24h' }],
  });
});

test('the schema of lines that are stored never changes: entries are only added', () => {
  expect(configuration({ kind: 'volume' })).toMatchObject({
    schema_config: {
      configs: [
        {
          from: '2026-11-01',
          store: 'tsdb',
          object_store: 'filesystem',
          schema: 'v13',
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
  });
});

test('Loki adds no label of its own', () => {
  expect(configuration({ kind: 'volume' })).toMatchObject({
    limits_config: { discover_log_levels: false, discover_service_name: [] },
  });
});

test('the credentials of a bucket are variables, and no value', () => {
  expect(configuration(bucket)).toMatchObject({
    storage_config: {
      object_store: {
        s3: {
          access_key_id: expect.stringMatching(/^\$\{LOGS_S3_ACCESS_KEY_ID\}$/),
          secret_access_key: expect.stringMatching(/^\$\{LOGS_S3_SECRET_ACCESS_KEY\}$/),
        },
      },
    },
  });
});
