import * as z from 'zod';
import { confFile } from './conf-file';

const size = z.string().regex(/^[1-9]\d{0,8}(kB|MB|GB)$/, 'use a size in kB, MB or GB, such as 256MB');
const units: Readonly<Record<string, number>> = { kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** PostgreSQL's own settings that an environment states, under PostgreSQL's own names; bounds are the server's. */
export const postgresParameters = z.strictObject({
  /** Connections that the server takes, three for its superuser among them. */
  max_connections: whole(10, 10_000),
  /** Memory for its page cache, taken when it starts. */
  shared_buffers: size,
  /** What the planner assumes that its page cache and the system's hold together. */
  effective_cache_size: size,
  /** Memory of one VACUUM or CREATE INDEX. */
  maintenance_work_mem: size,
  /** Share of the time between checkpoints over which the writing of one is spread. */
  checkpoint_completion_target: between(0, 1),
  /** Memory for write-ahead log that is not yet on disk. */
  wal_buffers: size,
  /** How finely ANALYZE samples. */
  default_statistics_target: whole(1, 10_000),
  /** Cost of a page read at random, where one read in sequence costs 1. */
  random_page_cost: between(0, 1000),
  /** Reads that the disk serves at once. */
  effective_io_concurrency: whole(0, 1000),
  /** Most workers of one query. */
  max_parallel_workers_per_gather: whole(0, 1024),
  /** Most workers of all queries. */
  max_parallel_workers: whole(0, 1024),
  /** Memory of one sort or hash of a query. */
  work_mem: size,
  /** Memory for the temporary tables of a session. */
  temp_buffers: size,
});

/** PostgreSQL's own settings that an environment states, under PostgreSQL's own names. */
export type PostgresParameters = z.infer<typeof postgresParameters>;

/** The deployment guide's values. */
export const guideParameters = {
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

/** Writes `postgres.conf`: a line a setting, in the order of the guide whatever the order of the value. */
export function postgresConf(parameters: PostgresParameters): string {
  return confFile(postgresParameters.keyof().options.map((name) => [name, String(parameters[name])]));
}

/** Bytes that the server takes when every connection runs one sort: the least that it must be given. */
export function leastMemory({ shared_buffers, max_connections, work_mem }: PostgresParameters): number {
  return bytes(shared_buffers) + max_connections * bytes(work_mem);
}

function bytes(text: string): number {
  return Number.parseInt(text, 10) * (units[text.slice(-2)] ?? Number.NaN);
}

function whole(min: number, max: number): z.ZodInt {
  const remedy = `use a whole number from ${min} to ${max}`;
  return z.int(remedy).min(min, remedy).max(max, remedy);
}

function between(min: number, max: number): z.ZodNumber {
  const remedy = `use a number from ${min} to ${max}`;
  return z.number(remedy).min(min, remedy).max(max, remedy);
}
