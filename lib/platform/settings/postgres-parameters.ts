import * as z from 'zod';
import { wholeNumber } from './formats';

/** PostgreSQL's own settings that an environment states, under PostgreSQL's own names. Bounds are the server's. */
export interface PostgresParameters {
  /** Connections that the server takes, three for its superuser among them: 10 to 10000, such as 200. */
  readonly max_connections: number;
  /** Memory for its page cache, taken when it starts, in kB, MB or GB, such as `256MB`. */
  readonly shared_buffers: string;
  /** What the planner assumes that its page cache and the system's hold together, such as `1GB`. */
  readonly effective_cache_size: string;
  /** Memory of one VACUUM or CREATE INDEX, such as `64MB`. */
  readonly maintenance_work_mem: string;
  /** Share of the time between checkpoints over which the writing of one is spread: 0 to 1, such as 0.9. */
  readonly checkpoint_completion_target: number;
  /** Memory for write-ahead log that is not yet on disk, such as `16MB`. */
  readonly wal_buffers: string;
  /** How finely ANALYZE samples: 1 to 10000, such as 100. */
  readonly default_statistics_target: number;
  /** Cost of a page read at random, where one read in sequence costs 1: 0 to 1000, such as 1.1 for an SSD. */
  readonly random_page_cost: number;
  /** Reads that the disk serves at once: 0 to 1000, such as 200 for an SSD. */
  readonly effective_io_concurrency: number;
  /** Most workers of one query: 0 to 1024, such as 4. */
  readonly max_parallel_workers_per_gather: number;
  /** Most workers of all queries: 0 to 1024, such as 8. */
  readonly max_parallel_workers: number;
  /** Memory of one sort or hash of a query, such as `4MB`. */
  readonly work_mem: string;
  /** Memory for the temporary tables of a session, such as `8MB`. */
  readonly temp_buffers: string;
}

const size = z.string().regex(/^[1-9]\d{0,8}(kB|MB|GB)$/, 'use a size in kB, MB or GB, such as 256MB');
const units: Readonly<Record<string, number>> = { kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** @internal */
export const postgresParameters = z.strictObject({
  max_connections: wholeNumber({ min: 10, max: 10_000 }),
  shared_buffers: size,
  effective_cache_size: size,
  maintenance_work_mem: size,
  checkpoint_completion_target: between(0, 1),
  wal_buffers: size,
  default_statistics_target: wholeNumber({ min: 1, max: 10_000 }),
  random_page_cost: between(0, 1000),
  effective_io_concurrency: wholeNumber({ min: 0, max: 1000 }),
  max_parallel_workers_per_gather: wholeNumber({ min: 0, max: 1024 }),
  max_parallel_workers: wholeNumber({ min: 0, max: 1024 }),
  work_mem: size,
  temp_buffers: size,
});

/** The deployment guide's values. */
export const defaultParameters = {
  max_connections: 200,
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  maintenance_work_mem: '64MB',
  checkpoint_completion_target: 0.9,
  wal_buffers: '16MB',
  default_statistics_target: 100,
  random_page_cost: 1.1,
  effective_io_concurrency: 200,
  max_parallel_workers_per_gather: 4,
  max_parallel_workers: 8,
  work_mem: '4MB',
  temp_buffers: '8MB',
} as const satisfies PostgresParameters;

/**
 * Settings of the server for clients that are gone: their sessions end within two minutes, and not after two hours. They count
 * against the limit of their role, which the pods that replace them need.
 */
export const lostClientParameters = {
  tcp_keepalives_idle: '60',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '90s',
} as const;

/** Writes `postgres.conf`: a line a setting, in the order of the guide whatever the order of the value. */
export function postgresConf(parameters: PostgresParameters): string {
  return writeConfFile(postgresParameters.keyof().options.map((name) => [name, String(parameters[name])]));
}

/** Bytes that the server takes when every connection runs one sort: the least that it must be given. */
export function computeLeastMemory({ shared_buffers, max_connections, work_mem }: PostgresParameters): number {
  return parseBytes(shared_buffers) + max_connections * parseBytes(work_mem);
}

/** Bytes of the server's page cache, which it takes when it starts. */
export function parsePageCache({ shared_buffers }: PostgresParameters): number {
  return parseBytes(shared_buffers);
}

function parseBytes(text: string): number {
  return Number.parseInt(text, 10) * (units[text.slice(-2)] ?? Number.NaN);
}

function between(min: number, max: number): z.ZodNumber {
  const remedy = `use a number from ${min} to ${max}`;
  return z.number(remedy).min(min, remedy).max(max, remedy);
}

/** Writes a configuration file as PostgreSQL reads it: a line a setting. */
export function writeConfFile(settings: readonly (readonly [name: string, value: string])[]): string {
  return settings.map(([name, value]) => `${name} = ${value}\n`).join('');
}
