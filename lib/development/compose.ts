import { scrapeJobs } from '../constructs/monitoring/scrape-endpoints';
import type { Development } from '../platform/development';
import type { Platform } from '../platform/platform';
import { getPortNumber, type ServiceContract } from '../platform/service-contract';
import { resolveSettings, type SettingFacts } from '../platform/service-settings';
import { redisPort } from '../platform/settings/cache';
import { postgresPort } from '../platform/settings/database';
import { nameServiceWorkload } from '../platform/workload-names';
import { logVolumes, makeComposeLogging, makeComposeLogs } from './compose-logs';
import {
  type ComposeService,
  makeComposeCache,
  makeComposeDatabase,
  makeComposeExporters,
  makeComposeMonitoring,
  monitoringVolumes,
  publishOnLoopback,
  storeNames,
  storeVolumes,
} from './compose-services';

/** A compose file. */
export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, object>>;
}

/** Generates the compose file of the platform: its stores, and each service, built from its sources. */
export function makeComposeFile<P extends Platform>(platform: P, development: Development<P>): ComposeFile {
  const { database } = development;
  // The type of `development` has checked the names.
  const secrets: Readonly<Record<string, string>> = development.secrets;
  const settings = resolveSettings(platform.settings, development.settings, makeSettingFacts(platform, development));
  const logging = (workload: string, container = workload) =>
    makeComposeLogging(nameDevelopmentNamespace(platform, development), workload, container);
  const password = requireValue(platform.databasePassword, secrets);
  const services = platform.services.map((contract): [string, ComposeService] => [
    contract.name,
    {
      ...makeComposeService(platform.name, contract, { ...settings, ...secrets }),
      logging: logging(nameServiceWorkload(platform.name, contract.name), contract.name),
    },
  ]);
  return {
    name: platform.name,
    services: {
      [storeNames.database]: { ...makeComposeDatabase(database, password), logging: logging(scrapeJobs.postgres) },
      [storeNames.cache]: { ...makeComposeCache(), logging: logging(scrapeJobs.redis) },
      ...Object.fromEntries(services),
      ...makeComposeExporters(database, password),
      ...makeComposeMonitoring(development.grafanaPassword),
      ...makeComposeLogs(),
    },
    volumes: Object.fromEntries(
      [...Object.values(storeVolumes), ...monitoringVolumes, ...logVolumes].map((name) => [name, {}]),
    ),
  };
}

/** The label `namespace` of everything in development: there is no cluster that has it. */
export function nameDevelopmentNamespace(
  { name: platform }: Pick<Platform, 'name'>,
  { name }: Pick<Development, 'name'>,
) {
  return `${platform}-${name}`;
}

function makeSettingFacts(
  { services }: Platform,
  { name, database }: Pick<Development, 'name' | 'database'>,
): SettingFacts {
  return {
    environment: name,
    database: { ...database, host: storeNames.database, port: postgresPort, sslMode: 'disable' },
    cache: { host: storeNames.cache, port: redisPort, database: 0 },
    // A compose service is reached by its name, on the port that it listens on itself.
    serviceUrls: Object.fromEntries(services.map(({ name, ports }) => [name, `http://${name}:${ports.http}`])),
  };
}

/** A service, as restricted as in the cluster, so that a write outside /tmp fails here already. */
function makeComposeService(
  platform: string,
  contract: ServiceContract,
  values: Readonly<Record<string, string>>,
): ComposeService {
  const { name, ports, portVariables, health } = contract;
  const own = Object.entries(portVariables).map(([variable, port]) => [
    variable,
    String(getPortNumber(contract, port)),
  ]);
  const read = [...contract.settings, ...contract.secrets].map((key) => [key, requireValue(key, values)]);
  return {
    build: { context: `../${nameServiceWorkload(platform, name)}`, dockerfile: `../docker/${name}.Dockerfile` },
    read_only: true,
    tmpfs: ['/tmp'],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    environment: Object.fromEntries([...own, ...read]),
    // Prometheus reads the metrics within the compose network; their port would collide with its own.
    ports: publishOnLoopback(Object.entries(ports).flatMap(([port, number]) => (port === 'metrics' ? [] : [number]))),
    depends_on: Object.fromEntries(listStores(contract).map((store) => [store, { condition: 'service_healthy' }])),
    healthcheck: {
      test: ['CMD', 'wget', '--quiet', '--spider', `http://127.0.0.1:${ports.http}${health.live}`],
      interval: '30s',
      timeout: '10s',
      retries: 3,
    },
  };
}

function listStores({ calls }: ServiceContract): string[] {
  return Object.entries(storeNames)
    .filter(([peer]) => calls.includes(peer))
    .map(([, name]) => name);
}

function requireValue(key: string, values: Readonly<Record<string, string>>): string {
  const value = values[key];
  if (value === undefined) throw new Error(`${key}: no value is stated; state it in the development environment`);
  return value;
}
