import {
  constant,
  derived,
  fromCache,
  fromDatabase,
  integer,
  oneOf,
  resolveSettings,
  serviceUrl,
  text,
} from '../../lib/platform/service-settings';

const facts = {
  environment: 'test',
  database: { host: 'db', port: 5432, name: 'shop', user: 'shopkeeper', sslMode: 'require' },
  cache: { host: 'cache', port: 6379, database: 2 },
  serviceUrls: { catalog: 'http://shop-catalog-service:80' },
};

test('settings become text, in the order of the contract', () => {
  const settings = {
    PAGE: integer({ min: 1, max: 9 }),
    TRACING: constant(false),
    DB: fromDatabase(({ user, host, port, name }) => `${user}@${host}:${port}/${name}`),
    CACHE: fromCache(({ database }) => database),
    CATALOG_URL: serviceUrl('catalog'),
    ENV: derived(({ environment }) => environment),
    GREETING: text(),
  };
  const resolved = resolveSettings(settings, { GREETING: 'hello', PAGE: 3 }, facts);
  expect(Object.entries(resolved)).toStrictEqual([
    ['PAGE', '3'],
    ['TRACING', 'false'],
    ['DB', 'shopkeeper@db:5432/shop'],
    ['CACHE', '2'],
    ['CATALOG_URL', 'http://shop-catalog-service:80'],
    ['ENV', 'test'],
    ['GREETING', 'hello'],
  ]);
});

test('a value of nothing at all is a value', () => {
  expect(resolveSettings({ COUNT: integer({ min: 0, max: 9 }) }, { COUNT: 0 }, facts)).toStrictEqual({ COUNT: '0' });
});

test('a setting that is not stated is an error', () => {
  expect(() => resolveSettings({ GREETING: text() }, {}, facts)).toThrow(
    'setting GREETING: no value is stated; state it in the environment',
  );
});

test.each([
  [text(), ['a', ' '], ['', 1, undefined, null], 'use text that is not empty'],
  [integer({ min: 1, max: 9 }), [1, 9], [0, 10, 1.5, Number.NaN, '5', undefined], 'use a whole number from 1 to 9'],
  [oneOf('near', 'far'), ['near', 'far'], ['here', '', 1, undefined], 'use one of near, far'],
])(
  'a stated setting accepts what it may hold, refuses the rest, and has a remedy: %#',
  (setting, good, bad, remedy) => {
    expect(good.filter((value) => !setting.accepts(value))).toStrictEqual([]);
    expect(bad.filter((value) => setting.accepts(value))).toStrictEqual([]);
    expect(setting.remedy).toBe(remedy);
  },
);
