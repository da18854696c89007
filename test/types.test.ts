import type { Environment } from '../lib/platform/environment';
import { definePlatform, type ServiceName } from '../lib/platform/platform';
import { serviceUrl, text } from '../lib/platform/service-settings';
import { production } from '../lib/veza/environments/production';
import type { veza } from '../lib/veza/veza';
import { catalog, type shop, shopTest } from './support/shop';

/**
 * What does not exist does not compile, in this repository and in projects that install the package. Each of these lines has to be an
 * error of the compiler: `tsc`, which checks this file too, refuses an expected error that does not occur. Nothing here
 * is called; the tests only keep the lines in reach of jest.
 */

const base = {
  name: 'shop',
  settings: { GREETING: text() },
  secrets: ['DB_PASSWORD'],
  databasePassword: 'DB_PASSWORD',
} as const;
const unknownSetting = { ...catalog, settings: ['GREETINGS'] } as const;
const unknownSecret = { ...catalog, secrets: ['API_KEY'] } as const;

test('a platform refers to settings and secrets that exist', () => {
  expect([
    // @ts-expect-error there is no setting of that name
    () => definePlatform({ ...base, services: [unknownSetting] }),
    // @ts-expect-error there is no secret of that name
    () => definePlatform({ ...base, services: [unknownSecret] }),
    // @ts-expect-error there is no secret of that name
    () => definePlatform({ ...base, databasePassword: 'PASSWORD', services: [catalog] }),
    () => definePlatform({ ...base, services: [catalog] }),
  ]).toHaveLength(4);
});

const site = { ...catalog, name: 'site', ports: { http: 4000, metrics: 4001 } } as const;
const caller = { ...site, calls: ['database', 'catalog'], settings: ['CATALOG_URL'] } as const;
const unknownPeer = { ...site, calls: ['database', 'queue'] } as const;
const urls = { ...base.settings, CATALOG_URL: serviceUrl('catalog') } as const;
const unknownUrls = { ...base.settings, QUEUE_URL: serviceUrl('queue') } as const;

test('a service calls peers that exist, and a URL leads to one', () => {
  expect([
    // @ts-expect-error there is no service of that name to call
    () => definePlatform({ ...base, services: [catalog, unknownPeer] }),
    // @ts-expect-error there is no service of that name to lead to
    () => definePlatform({ ...base, settings: unknownUrls, services: [catalog] }),
    () => definePlatform({ ...base, settings: urls, services: [catalog, caller] }),
  ]).toHaveLength(3);
});

type Settings = Environment<typeof veza>['settings'];
type Services = Environment<typeof veza>['services'];

const { settings, services } = production;
const { S3_BUCKET: _bucket, ...withoutBucket } = settings;
const { 'chat-server': chat, ...withoutChat } = services;

test('an environment states the settings of its platform, and no others', () => {
  const stated: Settings[] = [
    // @ts-expect-error a setting is missing
    withoutBucket,
    // @ts-expect-error the setting is one of a few words
    { ...settings, LOG_LEVEL: 'loud' },
    // @ts-expect-error the setting is a number
    { ...settings, SMTP_PORT: '587' },
    settings,
  ];
  const names: (keyof Settings)[] = [
    'LOG_LEVEL',
    // @ts-expect-error there is no setting of that name
    'S3_BUKET',
    // @ts-expect-error a setting that other facts decide is not stated
    'DB_HOST',
    // @ts-expect-error a setting that is the same everywhere is not stated
    'STORAGE_TYPE',
  ];
  expect([stated.length, names.length]).toStrictEqual([4, 4]);
});

test('an environment sizes the services of its platform, and no others', () => {
  const stated: Services[] = [
    // @ts-expect-error there is no service of that name
    { ...services, search: chat },
    // @ts-expect-error a service is missing
    withoutChat,
    // @ts-expect-error a number of pods is fixed or a range
    { ...services, 'chat-server': { ...chat, scaling: { replicas: 2 } } },
    services,
  ];
  const environments: Environment<typeof veza>[] = [
    // @ts-expect-error it is the environment of another platform
    shopTest,
    production,
  ];
  expect([stated.length, environments.length]).toStrictEqual([4, 2]);
});

test('names are inferred from what a platform was given', () => {
  const names: ServiceName<typeof shop>[] = [
    'catalog',
    // @ts-expect-error there is no service of that name
    'site',
  ];
  const settings: Environment<typeof shop>['settings'] = { GREETING: 'hello' };
  // @ts-expect-error there is no setting of that name
  expect(settings.GREETINGS).toBeUndefined();
  expect(names).toHaveLength(2);
});
