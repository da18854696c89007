import { grafanaImage } from '../constructs/monitoring/grafana';
import { prometheusImage, rulesFolder } from '../constructs/monitoring/prometheus';
import { monitoringEndpoints } from '../constructs/monitoring/scrape-endpoints';
import { postgresExporterArgs, postgresExporterImage, postgresImage } from '../constructs/postgres/postgres-containers';
import { redisImage } from '../constructs/redis/redis';
import { redisPaths } from '../constructs/redis/redis-configuration';
import { redisExporterImage } from '../constructs/redis/redis-containers';
import type { Development } from '../platform/development';
import { postgresPaths } from '../platform/postgres-pod';
import { redisPort } from '../platform/settings/cache';
import { postgresPort } from '../platform/settings/database';

/** Folder of the dashboards in the Grafana container. */
export const dashboardsFolder = '/etc/grafana-dashboards';

/** A service of a compose file: the fields that ours have. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: 'service_healthy' | 'service_started' }>>;
  readonly healthcheck?: HealthCheck;
  readonly logging?: { readonly driver: 'fluentd'; readonly options: Readonly<Record<string, string>> };
}

/** Command that reports whether a service is healthy. */
export interface HealthCheck {
  readonly test: readonly ['CMD', ...string[]];
  readonly interval: string;
  readonly timeout: string;
  readonly retries: number;
}

/** Publishes ports on the loopback address only: the passwords are public. */
export function publishOnLoopback(ports: readonly number[]): string[] {
  return ports.map((port) => `127.0.0.1:${port}:${port}`);
}

/** Host names of the stores, from the guide. */
export const storeNames = { database: 'postgres', cache: 'redis' } as const;

/** Volumes that outlive the containers. */
export const storeVolumes = { database: 'postgres_data', cache: 'redis_data' } as const;

/** Health check schedule of the stores, from the guide. */
const healthCheckSchedule = { interval: '10s', timeout: '5s', retries: 5 } as const;

/**
 * The database in development. The health check uses TCP: while the image runs `init-db.sql`, its server listens on a
 * socket only.
 */
export function makeComposeDatabase({ name, user }: Development['database'], password: string): ComposeService {
  return {
    image: postgresImage,
    environment: { POSTGRES_DB: name, POSTGRES_USER: user, POSTGRES_PASSWORD: password },
    ports: publishOnLoopback([postgresPort]),
    volumes: [
      `${storeVolumes.database}:${postgresPaths.volume}`,
      './init-db.sql:/docker-entrypoint-initdb.d/init-db.sql:ro',
    ],
    healthcheck: {
      test: ['CMD', 'pg_isready', '--host=127.0.0.1', `--username=${user}`, `--dbname=${name}`],
      ...healthCheckSchedule,
    },
  };
}

/** The cache in development. With `-e` the health check fails while Redis still loads its data. */
export function makeComposeCache(): ComposeService {
  return {
    image: redisImage,
    command: ['redis-server', '--appendonly', 'yes'],
    ports: publishOnLoopback([redisPort]),
    volumes: [`${storeVolumes.cache}:${redisPaths.data}`],
    healthcheck: { test: ['CMD', 'redis-cli', '-e', 'ping'], ...healthCheckSchedule },
  };
}

/** Names of the exporters, which in the cluster are containers of the stores' pods. */
export const exporterNames = { database: 'postgres-exporter', cache: 'redis-exporter' } as const;

/** The exporters of the stores. Only Prometheus reads them, so they publish no port. */
export function makeComposeExporters({ name, user }: Development['database'], password: string) {
  const { database, cache } = storeNames;
  return {
    [exporterNames.database]: {
      image: postgresExporterImage,
      command: postgresExporterArgs,
      environment: {
        DATA_SOURCE_URI: `${database}:${postgresPort}/${name}?sslmode=disable`,
        DATA_SOURCE_USER: user,
        DATA_SOURCE_PASS: password,
      },
      depends_on: { [database]: { condition: 'service_healthy' } },
    },
    [exporterNames.cache]: {
      image: redisExporterImage,
      environment: { REDIS_ADDR: `redis://${cache}:${redisPort}` },
      depends_on: { [cache]: { condition: 'service_healthy' } },
    },
  } as const satisfies Record<string, ComposeService>;
}

/** Volumes of the monitoring that outlive the containers. */
export const monitoringVolumes = ['prometheus_data', 'grafana_data'] as const;

/** Prometheus and Grafana, with the files next to the compose file. */
export function makeComposeMonitoring(grafanaPassword: string): Record<string, ComposeService> {
  const { prometheus, grafana } = monitoringEndpoints;
  return {
    [prometheus.name]: {
      image: prometheusImage,
      command: [
        '--config.file=/etc/prometheus/prometheus.yml',
        '--storage.tsdb.path=/prometheus',
        // From the guide.
        '--storage.tsdb.retention.time=200h',
      ],
      ports: publishOnLoopback([prometheus.port]),
      volumes: [
        './prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro',
        `./prometheus/rules:${rulesFolder}:ro`,
        'prometheus_data:/prometheus',
      ],
    },
    [grafana.name]: {
      image: grafanaImage,
      environment: { GF_SECURITY_ADMIN_PASSWORD: grafanaPassword },
      ports: publishOnLoopback([grafana.port]),
      volumes: [
        './grafana/grafana.ini:/etc/grafana/grafana.ini:ro',
        './grafana/provisioning:/etc/grafana/provisioning:ro',
        `./grafana/dashboards:${dashboardsFolder}:ro`,
        'grafana_data:/var/lib/grafana',
      ],
      depends_on: { [prometheus.name]: { condition: 'service_started' } },
    },
  };
}
