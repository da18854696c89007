import { ValidationError } from '../../lib/platform/errors';
import { definePlatform, type Platform } from '../../lib/platform/platform';
import type { ServiceContract } from '../../lib/platform/service-contract';
import { constant, fromCache, fromDatabase, serviceUrl, text } from '../../lib/platform/service-settings';
import { catalog } from '../support/shop';

const exposure = {
  subdomain: 'www',
  servicePort: 'http',
  maxBodySize: '1Mi',
  idleTimeout: 60,
  connectTimeout: 5,
  buffering: true,
  limits: 'none' as const,
  smoke: [],
};

/** A second service that has nothing in common with the first. */
const site: ServiceContract = { ...catalog, name: 'site', ports: { http: 4000, metrics: 4001 } };

/** The problems of a platform with these services; the types would find many of them before. */
function platformProblemsOf(services: readonly ServiceContract[], change: Partial<Platform> = {}): readonly string[] {
  const define: (platform: Platform) => unknown = definePlatform;
  const settings = { GREETING: text(), COLOUR: constant('red') };
  try {
    define({ name: 'shop', settings, secrets: ['DB_PASSWORD'], databasePassword: 'DB_PASSWORD', services, ...change });
  } catch (error) {
    if (error instanceof ValidationError) return error.problems;
    throw error;
  }
  return [];
}

test('services that have nothing in common are a platform', () => {
  expect(platformProblemsOf([catalog, { ...site, exposure }])).toStrictEqual([]);
});

test('a platform of no service, setting or secret but the password is a platform', () => {
  expect(platformProblemsOf([], { settings: {} })).toStrictEqual([]);
});

const addresses = {
  GREETING: text(),
  DB_HOST: fromDatabase(({ host }) => host),
  REDIS_HOST: fromCache(({ host }) => host),
  CATALOG_URL: serviceUrl('catalog'),
};

test('a service that is called is found by a setting', () => {
  const calls = ['database', 'catalog'];
  const where = 'platform shop.services.site';
  const settings = ['CATALOG_URL'];
  expect(platformProblemsOf([catalog, { ...site, calls, settings }], { settings: addresses })).toStrictEqual([]);
  expect(platformProblemsOf([catalog, { ...site, calls, mountsEnvFile: true }], { settings: addresses })).toStrictEqual(
    [],
  );
  expect(platformProblemsOf([catalog, { ...site, calls }], { settings: addresses })).toStrictEqual([
    `${where}.calls: no setting holds the URL of catalog; read one made by serviceUrl('catalog')`,
  ]);
  expect(platformProblemsOf([catalog, { ...site, settings }], { settings: addresses })).toStrictEqual([
    `${where}.settings: CATALOG_URL leads to catalog, which it does not call; add catalog to calls, or do not read it`,
  ]);
});

test('a URL leads to a service that exists and has a port for it', () => {
  expect(platformProblemsOf([site], { settings: addresses })).toStrictEqual([
    'platform shop.settings.CATALOG_URL: leads to catalog, which does not exist; there are site',
  ]);
  const closed = { ...catalog, servicePorts: { metrics: { port: 80, target: 'metrics' } } };
  expect(platformProblemsOf([closed], { settings: addresses })).toStrictEqual([
    'platform shop.settings.CATALOG_URL: leads to catalog, whose servicePorts do not lead to http; add one that does',
  ]);
});

test.each([
  ['DB_HOST', 'database'],
  ['REDIS_HOST', 'cache'],
])('a service that reads %s calls the %s', (name, peer) => {
  const reader = {
    ...site,
    calls: [],
    secrets: [],
    databasePoolSize: 0,
    databaseAccess: 'none' as const,
    settings: [name],
  };
  expect(platformProblemsOf([reader], { settings: { [name]: addresses[name as 'DB_HOST'] } })).toStrictEqual([
    `platform shop.services.site.settings: ${name} leads to ${peer}, which it does not call; add ${peer} to calls, or do not read it`,
  ]);
});

test('a service that has a password for the database, or a pool of connections, calls it', () => {
  expect(platformProblemsOf([{ ...site, calls: [] }])).toStrictEqual([
    'platform shop.services.site.secrets: DB_PASSWORD is for the database, which it does not call; add database to calls, or do not read it',
    'platform shop.services.site.databasePoolSize: 4: it does not call the database; use 0',
    'platform shop.services.site.databaseAccess: {"shared":"write","reads":[]}: it does not call the database; use none',
  ]);
  expect(platformProblemsOf([{ ...site, databaseAccess: 'none' }])).toStrictEqual([
    'platform shop.services.site.databaseAccess: "none": it calls the database; state what it may do there',
  ]);
  const reads = ['nobody', 'site'];
  expect(platformProblemsOf([{ ...site, databaseAccess: { shared: 'none', reads } }])).toStrictEqual(
    reads.map((name) => expect.stringMatching(`^platform shop.services.site.databaseAccess.reads: "?${name}`)),
  );
  expect(platformProblemsOf([{ ...site, databasePoolSize: 0 }])).toStrictEqual([
    'platform shop.services.site.databasePoolSize: 0: it calls the database; state the size of its pool',
  ]);
});

test.each<[string, ServiceContract[], string[]]>([
  [
    'two services with one name',
    [catalog, { ...site, name: 'catalog' }],
    ['platform shop.services: two are named catalog'],
  ],
  [
    'two services with one port',
    [catalog, { ...site, ports: { http: 4000, metrics: 3001 } }],
    ['platform shop.services: catalog and site both listen on port 3001; give one of them another'],
  ],
  [
    'two services with one host',
    [
      { ...catalog, exposure },
      { ...site, exposure },
    ],
    ['platform shop.services: two have the host www'],
  ],
  [
    'one port for two purposes',
    [{ ...catalog, ports: { http: 3000, metrics: 3000 } }],
    ['platform shop.services.catalog.ports: 3000 is listened on twice'],
  ],
  [
    'a setting that is not in the contract',
    [{ ...catalog, settings: ['GREETINGS'] }],
    ['platform shop.services.catalog.settings: GREETINGS does not exist; there are GREETING, COLOUR'],
  ],
  [
    'a secret that does not exist',
    [{ ...catalog, secrets: ['API_KEY'] }],
    ['platform shop.services.catalog.secrets: API_KEY does not exist; there are DB_PASSWORD'],
  ],
  [
    'a peer that does not exist',
    [{ ...catalog, calls: ['database', 'queue'] }],
    [
      'platform shop.services.catalog.calls: queue does not exist; there are database, cache, https, smtp, kubernetes-api, catalog',
    ],
  ],
  [
    'a variable for a port that does not exist',
    [{ ...catalog, portVariables: { PORT: 'web' } }],
    ['platform shop.services.catalog.portVariables: web does not exist; there are http, metrics'],
  ],
  [
    'a Service port that leads nowhere',
    [{ ...catalog, servicePorts: { web: { port: 80, target: 'web' } } }],
    ['platform shop.services.catalog.servicePorts: web does not exist; there are http, metrics'],
  ],
  [
    'an exposed port that the Service has not',
    [{ ...catalog, exposure: { ...exposure, servicePort: 'web' } }],
    ['platform shop.services.catalog.exposure.servicePort: web does not exist; there are http'],
  ],
  [
    'a variable that is read twice',
    [{ ...catalog, portVariables: { GREETING: 'http' } }],
    ['platform shop.services.catalog: reads GREETING twice; name it once in portVariables, settings or secrets'],
  ],
  [
    'a /tmp of no size',
    [{ ...catalog, tmpSize: 'lots' }],
    ['platform shop.services.catalog.tmpSize: "lots": use a Kubernetes quantity above zero, such as 250m or 512Mi'],
  ],
])('refuses %s', (_, services, problems) => {
  expect(platformProblemsOf(services)).toStrictEqual(problems);
});

test('refuses a secret that is a setting too', () => {
  expect(platformProblemsOf([catalog], { secrets: ['DB_PASSWORD', 'COLOUR'] })).toStrictEqual([
    'platform shop.secrets: COLOUR is a setting too, in clear text; keep it in one of them',
  ]);
});

test('refuses a database password that is not among the secrets', () => {
  expect(platformProblemsOf([catalog], { databasePassword: 'PASSWORD' })).toStrictEqual([
    'platform shop.databasePassword: PASSWORD does not exist; there are DB_PASSWORD',
  ]);
});

const label = 'use lower-case letters, digits and inner hyphens, at most 63';

test.each<[string, string, Partial<ServiceContract>]>([
  ['name: "My Catalog"', label, { name: 'My Catalog' }],
  ['ports.http: 0', 'use a whole number from 1 to 65535', { ports: { http: 0, metrics: 3001 } }],
  ['ports.metrics: 70000', 'use a whole number from 1 to 65535', { ports: { http: 3000, metrics: 70000 } }],
  [
    'servicePorts.http.port: 0',
    'use a whole number from 1 to 65535',
    { servicePorts: { http: { port: 0, target: 'http' } } },
  ],
  ['exposure.subdomain: "a b"', label, { exposure: { ...exposure, subdomain: 'a b' } }],
  [
    'exposure.maxBodySize: "lots"',
    'use a Kubernetes quantity above zero, such as 250m or 512Mi',
    { exposure: { ...exposure, maxBodySize: 'lots' } },
  ],
])('refuses %s', (place, remedy, change) => {
  const contract = { ...catalog, ...change };
  expect(platformProblemsOf([contract])).toStrictEqual([`platform shop.services.${contract.name}.${place}: ${remedy}`]);
});

test('all problems are reported at once', () => {
  const problems = platformProblemsOf([
    { ...catalog, settings: ['GREETINGS'], calls: ['database', 'queue'] },
    { ...site, name: 'catalog', tmpSize: '' },
  ]);
  expect(problems).toStrictEqual([
    'platform shop.services: two are named catalog',
    'platform shop.services.catalog.settings: GREETINGS does not exist; there are GREETING, COLOUR',
    'platform shop.services.catalog.calls: queue does not exist; there are database, cache, https, smtp, kubernetes-api, catalog, catalog',
    'platform shop.services.catalog.tmpSize: "": use a Kubernetes quantity above zero, such as 250m or 512Mi',
  ]);
});
