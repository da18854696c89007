import { computeConnectionBudget } from '../../lib/platform/connection-budget';
import { validateEnvironment } from '../../lib/platform/environment-validation';
import { veza } from '../../lib/veza/veza';
import { changed } from '../support/changed';
import { clustered } from '../support/clustered';
import { production } from '../support/environments/production';
import { staging } from '../support/environments/staging';
import { sample, sampleTest } from '../support/sample-platform';

const label = 'use lower-case letters, digits and inner hyphens, at most 63';
const dotted = 'use lower-case letters, digits, inner hyphens and dots';
const host = 'use a host name of lower-case DNS labels, such as veza.app';
const cidr = 'use CIDR notation, such as 10.0.0.0/16';
const quantity = 'use a Kubernetes quantity above zero, such as 250m or 512Mi';
const ports = 'use a whole number from 1 to 65535';
const version =
  'use a version such as v1.2.3 or v1.2.3-rc.1; to state the digest of its image, add @sha256: and 64 hexadecimal digits';
const cron = 'use the five fields of cron, such as 15 2 * * * for a quarter past two';
const api = 'services.backend-api';
const pinned = 'use a fully qualified image with a tag other than latest';
const bytes = (least: string) => `use ${least} or more, with its unit, such as 512Mi`;
const cores = 'use 5m to 128 cores; half a core is 500m';

/** What is wrong in production when another value stands at a path. */
function problems(path: string, value: unknown): readonly string[] {
  return validateEnvironment(veza, changed(production, path, value));
}

test.each([production, staging])('nothing is wrong in $name', (environment) => {
  expect(validateEnvironment(veza, environment)).toStrictEqual([]);
});

test.each([
  ['namespace', '', label],
  ['namespace', 'Veza_Production', label],
  ['namespace', '-veza', label],
  ['namespace', 'a'.repeat(53), 'use at most 52 characters: a suffix is added'],
  ['domain', 'veza', host],
  ['domain', 'veza app', host],
  ['domain', 'VEZA.app', host],
  ['domain', 'https://veza.app', host],
  ['releases.backend-api', '', version],
  ['releases.chat-server', 'latest', version],
  ['deployment.context', '', 'is empty; name the context as `kubectl config get-contexts` does'],
  ['deployment.timeoutSeconds', 0, 'use a whole number of 1 or more'],
  ['deployment.confirmed', 'yes', 'use a value of type boolean'],
  ['edge.className', '', dotted],
  ['edge.controller', 'haproxy', 'use one of ingress-nginx, traefik, plain'],
  ['edge.controllerNamespace', 'Ingress', label],
  ['edge.clusterIssuer', 'letsencrypt prod', dotted],
  ['apiServer.cidrs', [], 'is empty; name at least one range'],
  ['apiServer.ports', [], 'is empty; name at least one port'],
  ['priorities.services', 0, 'use a whole number from 1 to 1000000000: more is reserved for the cluster itself'],
  [
    'priorities.stores',
    2_000_000_000,
    'use a whole number from 1 to 1000000000: more is reserved for the cluster itself',
  ],
  ['priorities.stores', 100_000, 'is not above services, which is 100000'],
  [`${api}.scaling.min`, 0, 'use a whole number of 1 or more'],
  [`${api}.scaling.min`, -1, 'use a whole number of 1 or more'],
  [`${api}.scaling.min`, 2.5, 'use a whole number of 1 or more'],
  [`${api}.scaling.min`, 7, 'is above max, which is 6'],
  [`${api}.scaling.targetCpu`, 0, 'use a whole number from 1 to 100'],
  [`${api}.scaling.targetCpu`, 101, 'use a whole number from 1 to 100'],
  [`${api}.scaling.kind`, 'manual', 'use one of fixed, auto'],
  [`${api}.resources.requests.cpu`, '600m', 'is above its limit of 500m; raise the limit or ask for less'],
  [`${api}.resources.requests.memory`, '1Gi', 'is above its limit of 512Mi; raise the limit or ask for less'],
  [
    `${api}.resources.requests.ephemeralStorage`,
    '2Gi',
    'is above its limit of 1280Mi; raise the limit or ask for less',
  ],
  [`${api}.resources.limits.cpu`, '500', cores],
  [`${api}.resources.requests.cpu`, '1m', cores],
  [`${api}.resources.requests.memory`, '256', bytes('8Mi')],
  [`${api}.resources.requests.memory`, '256m', bytes('8Mi')],
  [`${api}.resources.requests.ephemeralStorage`, '256', bytes('1Mi')],
  ['cache.storage.size', '5', bytes('1Mi')],
  [`${api}.resources.requests.cpu`, '0', quantity],
  [`${api}.resources.requests.cpu`, '', quantity],
  [`${api}.resources.requests.cpu`, '-100m', quantity],
  [`${api}.resources.requests.cpu`, 'half', quantity],
  [`${api}.resources.limits.memory`, '512MB', quantity],
  [`${api}.resources.limits.ephemeralStorage`, '512Mi', 'is below the 1Gi that its /tmp may hold; raise it'],
  ['database.name', 'Veza', 'use lower-case letters, digits and underscores, no digit first, at most 63'],
  ['database.name', 'postgres', "is one of PostgreSQL's own databases; use another name"],
  ['database.user', 'postgres', "is one of PostgreSQL's own roles; use another name"],
  ['database.user', 'pg_owner', "is one of PostgreSQL's own roles; use another name"],
  ['database.kind', 'other', 'use one of single, cluster, ephemeral, managed'],
  ['database.kind', 'in-cluster', 'is now called single; write that'],
  ['database.storage.size', '0Gi', quantity],
  ['database.storage.size', 'big', quantity],
  ['database.storage.className', '', dotted],
  ['database.backup.schedule', '15 2 * *', cron],
  ['database.backup.schedule', '@daily', cron],
  ['database.backup.schedule', '61 2 * * *', `${cron}; "61" is not valid for the minute (0 to 59)`],
  ['database.backup.schedule', '0 0 31 2 *', `${cron}; no month that it names has such a day`],
  ['database.backup.schedule', '0 0 * * 7', `${cron}; "7" is not valid for the day of week (0 to 6)`],
  ['database.backup.schedule', '0 0 * * 5-7', `${cron}; "5-7" is not valid for the day of week (0 to 6)`],
  [
    'database.backup.maxAgeHours',
    24,
    'is no more than the 24 hours that the schedule leaves between two backups; raise it',
  ],
  [
    'database.backup.storage.size',
    '49Gi',
    'is below the 50Gi of the database, of which it holds a restored copy in addition to the backups; raise it',
  ],
  ['database.backup.timeZone', 'Paris', 'use a name of the IANA time zone database, such as Etc/UTC'],
  ['database.backup.keepDays', 0, 'use a whole number of 1 or more'],
  ['database.backup.maxAgeHours', 1.5, 'use a whole number of 1 or more'],
  ['database.backup.storage.size', '', quantity],
  ['database.backup.offsite.kind', 'tape', 'use one of none, bucket'],
  ['database.parameters.max_connections', 5, 'use a whole number from 10 to 10000'],
  ['database.parameters.shared_buffers', '256', 'use a size in kB, MB or GB, such as 256MB'],
  [
    'cache.evictionPolicy',
    'lru',
    'use one of noeviction, allkeys-lru, allkeys-lfu, allkeys-random, volatile-lru, volatile-lfu, volatile-random, volatile-ttl',
  ],
  ['cache.storage.size', '', quantity],
  ['secrets.kind', 'vault', 'use one of existing, values, external'],
  ['settings.LOG_LEVEL', 'loud', 'use one of error, warn, info, debug, trace'],
  ['settings.S3_BUCKET', '', 'use text that is not empty'],
  ['settings.SMTP_PORT', 0, 'use a whole number from 1 to 65535'],
  ['settings.SMTP_PORT', '587', 'use a whole number from 1 to 65535'],
])('refuses %s %j', (path, value, remedy) => {
  expect(problems(path, value)).toStrictEqual([`production.${path}: ${JSON.stringify(value)}: ${remedy}`]);
});

test.each([
  ['edge.controllerCidrs', '10.0.0.0', cidr],
  ['apiServer.cidrs', '10.0.0.0/33', cidr],
  ['apiServer.cidrs', '10.0.0.0/08', cidr],
  ['apiServer.cidrs', 'fe80::/129', cidr],
  ['apiServer.ports', 0, ports],
  ['apiServer.ports', 65536, ports],
  ['apiServer.ports', '443', 'use a whole number from 1 to 65535'],
  ['imagePullSecrets', 'My Secret', dotted],
])('refuses an element of %s: %j', (path, value, remedy) => {
  expect(problems(path, [value])).toStrictEqual([`production.${path}.0: ${JSON.stringify(value)}: ${remedy}`]);
});

test.each([
  ['settings.S3_BUKET', 'is not a setting that environments state; declare it in the platform or remove it'],
  ['settings.DB_HOST', 'is not a setting that environments state; declare it in the platform or remove it'],
  ['services.search', 'is not a service of the platform; remove it'],
  ['edge.annotations', 'is not a field here; remove it'],
  ['replicas', 'is not a field here; remove it'],
  [`${api}.scaling.replicas`, 'is not a field here; remove it'],
])('refuses %s, which there is no place for', (path, remedy) => {
  expect(problems(path, 'value')).toStrictEqual([`production.${path}: ${remedy}`]);
});

test('says where the fields of ingress are stated now', () => {
  expect(problems('ingress', { className: 'nginx' })).toStrictEqual([
    `production.ingress: {"className":"nginx"}: is stated in edge now; write edge: { kind: 'ingress', … } with the same fields`,
  ]);
});

test.each(['settings.AWS_REGION', api, 'edge', 'secrets', `${api}.resources.requests.cpu`, 'domain'])(
  'refuses an environment without %s',
  (path) => expect(problems(path, undefined)).toStrictEqual([`production.${path}: is missing; state it`]),
);

test.each([0, -3])('refuses %d fixed replicas', (replicas) => {
  expect(problems(`${api}.scaling`, { kind: 'fixed', replicas })).toStrictEqual([
    `production.${api}.scaling.replicas: ${replicas}: use a whole number of 1 or more`,
  ]);
});

test.each(['cluster', 'production-monitoring', 'production-backup', 'production-logs', 'production-edge'])(
  "refuses the name %s, which would be another file's",
  (name) => {
    expect(problems('name', name)).toStrictEqual([
      `${name}.name: "${name}": is the name of another file; choose one that is not cluster and does not end in -monitoring, -backup, -cache, -logs, -edge`,
    ]);
  },
);

test('refuses a managed database that cannot be', () => {
  const database = {
    kind: 'managed',
    name: 'veza',
    user: 'veza',
    host: 'a b',
    port: 70000,
    cidr: '::',
    maxConnections: 0,
    roles: 'one',
    certificate: { kind: 'verified', configMap: 'A', key: '' },
  };
  expect(problems('database', database)).toStrictEqual([
    'production.database.host: "a b": use a host name or an IP address',
    `production.database.port: 70000: ${ports}`,
    `production.database.cidr: "::": ${cidr}`,
    'production.database.maxConnections: 0: use a whole number of 1 or more',
    'production.database.certificate.configMap: "A": use lower-case letters, digits, inner hyphens and dots',
    'production.database.certificate.key: "": use letters, digits, dots, hyphens and underscores',
  ]);
});

test('refuses a managed cache that cannot be', () => {
  const cache = { kind: 'managed', host: '', port: -1, cidr: '10.0.0.1' };
  expect(problems('cache', cache)).toStrictEqual([
    'production.cache.host: "": use a host name or an IP address',
    `production.cache.port: -1: ${ports}`,
    `production.cache.cidr: "10.0.0.1": ${cidr}`,
  ]);
});

test('refuses an external source of secrets that cannot be', () => {
  const secrets = { kind: 'external', storeKind: 'Vault', storeName: 'A', remoteKey: '', refreshInterval: 'hourly' };
  expect(problems('secrets', secrets)).toStrictEqual([
    'production.secrets.storeKind: "Vault": use one of SecretStore, ClusterSecretStore',
    `production.secrets.storeName: "A": ${dotted}`,
    'production.secrets.remoteKey: "": is empty; name the entry in the store',
    'production.secrets.refreshInterval: "hourly": use a duration such as 1h or 15m',
  ]);
});

test('refuses more database connections than the server allows', () => {
  const allowing = (connections: number) =>
    validateEnvironment(sample, changed(sampleTest, 'database.parameters.max_connections', connections));
  expect(allowing(34)).toStrictEqual([
    'test.database: 35 connections are needed (orders 20, reserve 15) and ' +
      'the server allows 34; raise max_connections, lower the maximum of pods of a service, or databasePoolSize in its contract',
  ]);
  expect(allowing(35)).toStrictEqual([]);
});

test('of a database cluster, its operator takes connections too', () => {
  const allowing = (connections: number) =>
    validateEnvironment(veza, changed(clustered, 'database.parameters.max_connections', connections));
  const needed = computeConnectionBudget(veza, clustered).demands.reduce(
    (sum, { connections }) => sum + connections,
    0,
  );
  const single = computeConnectionBudget(veza, staging).demands.reduce((sum, { connections }) => sum + connections, 0);
  expect(needed).toBe(single + 7);
  expect(allowing(needed)).toStrictEqual([]);
  expect(allowing(needed - 1)).toStrictEqual([
    expect.stringMatching(
      /^staging\.database: \d+ connections are needed \(.*, operator 7, reserve 15\) and the server allows /,
    ),
  ]);
});

test('refuses a database with less memory than its connections may take', () => {
  // 256 MiB of shared_buffers and 200 times 4 MiB of work_mem.
  const path = 'database.resources.limits.memory';
  expect(validateEnvironment(veza, changed(staging, path, '1055Mi'))).toStrictEqual([
    `staging.${path}: "1055Mi": is below the 1056Mi of shared_buffers and max_connections times work_mem; raise it or lower those`,
  ]);
  expect(validateEnvironment(veza, changed(staging, path, '1056Mi'))).toStrictEqual([]);
});

test('every problem of an environment is reported at once', () => {
  const several = changed(
    changed(changed(changed(production, 'namespace', 'Veza'), `${api}.scaling.min`, 9), 'settings.LOG_LEVEL', 'loud'),
    'database.storage.size',
    'big',
  );
  expect(validateEnvironment(veza, several)).toStrictEqual([
    `production.namespace: "Veza": ${label}`,
    `production.database.storage.size: "big": ${quantity}`,
    `production.${api}.scaling.min: 9: is above max, which is 6`,
    'production.settings.LOG_LEVEL: "loud": use one of error, warn, info, debug, trace',
  ]);
});

test('takes a volume of backups that is as large as the one of the database', () => {
  expect(problems('database.backup.storage.size', '50Gi')).toStrictEqual([]);
});

test('a schedule of working days leaves a weekend between two backups', () => {
  const backup = { ...('backup' in production.database ? production.database.backup : {}), schedule: '15 2 * * 1-5' };
  expect(problems('database.backup', { ...backup, maxAgeHours: 72 })).toStrictEqual([
    'production.database.backup.maxAgeHours: 72: is no more than the 72 hours that the schedule leaves between two backups; raise it',
  ]);
  expect(problems('database.backup', { ...backup, maxAgeHours: 73 })).toStrictEqual([]);
});

test.each(['0,30 */6 1-15 * *', '5/15 8-17 * 1,6 0-6', '0 0 29 2 *'])('takes the schedule %s', (schedule) => {
  const backup = { ...('backup' in production.database ? production.database.backup : {}), schedule };
  expect(problems('database.backup', { ...backup, maxAgeHours: 100_000 })).toStrictEqual([]);
});

const bucket = {
  kind: 'bucket',
  image: 'docker.io/rclone/rclone:1.71.0',
  endpoint: 's3.eu-west-1.amazonaws.com',
  region: 'eu-west-1',
  bucket: 'veza-backups',
  schedule: '15 4 * * *',
};

test('takes a bucket outside of the cluster', () => {
  expect(problems('database.backup.offsite', bucket)).toStrictEqual([]);
});

test.each([
  ['image', 'rclone', pinned],
  ['image', 'docker.io/rclone/rclone', pinned],
  ['image', 'docker.io/rclone/rclone:latest', pinned],
  ['endpoint', 'https://s3.amazonaws.com', host],
  ['region', '', 'is empty; name the region'],
  ['bucket', 'Veza', 'use the name of a bucket: 3 to 63 characters'],
  ['schedule', 'daily', cron],
])('refuses a bucket with %s %j', (field, value, remedy) => {
  expect(problems('database.backup.offsite', { ...bucket, [field]: value })).toStrictEqual([
    `production.database.backup.offsite.${field}: ${JSON.stringify(value)}: ${remedy}`,
  ]);
});

test('refuses a migration of a service that the platform does not have', () => {
  const migration = { kind: 'job', service: 'search', command: ['./search', 'migrate'], timeoutSeconds: 600 };
  expect(problems('deployment.migration', migration)).toStrictEqual([
    'production.deployment.migration.service: "search": is not a service of the platform; use one of ' +
      veza.services.map(({ name }) => name).join(', '),
  ]);
  expect(problems('deployment.migration', { ...migration, service: 'backend-api' })).toStrictEqual([]);
});

test('refuses to back up a managed database', () => {
  const managed = {
    host: 'db.example.com',
    port: 5432,
    cidr: '10.9.0.0/24',
    maxConnections: 500,
    roles: 'per-service',
    certificate: { kind: 'unverified' },
  };
  const { name, user } = production.database;
  expect(problems('database', { kind: 'managed', name, user, ...managed })).toStrictEqual([
    'production.deployment.backup: true: a managed database is backed up by its provider; use false',
  ]);
});

test('refuses a monitoring that stays while the services go', () => {
  expect(problems('monitoring.priority', 100_000)).toStrictEqual([
    'production.monitoring.priority: 100000: is not below priorities.services, which is 100000; lower it',
  ]);
  expect(problems('monitoring.priority', 99_999)).toStrictEqual([]);
});
