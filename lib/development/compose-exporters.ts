import { redisPort } from '../data/cache';
import { postgresPort } from '../data/database';
import { postgresExporterArgs, postgresExporterImage } from '../data/postgres-helpers';
import { redisExporterImage } from '../data/redis';
import type { ComposeService } from './compose-service';
import { storeNames } from './compose-stores';
import type { Development } from './development';

/** Names of the exporters, which in the cluster are containers of the stores' pods. */
export const exporterNames = { database: 'postgres-exporter', cache: 'redis-exporter' } as const;

/** What tells of the stores. Nobody but Prometheus asks it, so it has no port on this machine. */
export function composeExporters({ name, user }: Development['database'], password: string) {
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
