import { redisPort } from '../data/cache';
import { postgresPort } from '../data/database';
import { postgresPaths } from '../data/postgres-configuration';
import { postgresImage } from '../data/postgres-helpers';
import { redisImage } from '../data/redis';
import { redisData } from '../data/redis-configuration';
import { type ComposeService, onLoopback } from './compose-service';
import type { Development } from './development';

/** Names of the stores, under which services reach them; the guide's. */
export const storeNames = { database: 'postgres', cache: 'redis' } as const;

/** Volumes that outlive the containers. */
export const storeVolumes = { database: 'postgres_data', cache: 'redis_data' } as const;

/** How often stores are asked; the guide's. */
const often = { interval: '10s', timeout: '5s', retries: 5 } as const;

/**
 * The database in development. It is asked over TCP: while the image runs `init-db.sql`, its server listens on a socket
 * alone.
 */
export function composeDatabase({ name, user }: Development['database'], password: string): ComposeService {
  return {
    image: postgresImage,
    environment: { POSTGRES_DB: name, POSTGRES_USER: user, POSTGRES_PASSWORD: password },
    ports: onLoopback([postgresPort]),
    volumes: [
      `${storeVolumes.database}:${postgresPaths.volume}`,
      './init-db.sql:/docker-entrypoint-initdb.d/init-db.sql:ro',
    ],
    healthcheck: {
      test: ['CMD', 'pg_isready', '--host=127.0.0.1', `--username=${user}`, `--dbname=${name}`],
      ...often,
    },
  };
}

/** The cache in development. While Redis loads its data it answers errors, which `-e` makes a failure. */
export function composeCache(): ComposeService {
  return {
    image: redisImage,
    command: ['redis-server', '--appendonly', 'yes'],
    ports: onLoopback([redisPort]),
    volumes: [`${storeVolumes.cache}:${redisData}`],
    healthcheck: { test: ['CMD', 'redis-cli', '-e', 'ping'], ...often },
  };
}
