import { jobs } from '../../jobs';
import { type Matchers, select } from '../../rules/selector';
import { inEnvironment, rate, share } from '../promql';

/** Series of the server. */
export const server: Matchers = inEnvironment(jobs.redis);

/** Memory in use, as a share of what keys and values may take. */
export const memoryShare = share(select('redis_memory_used_bytes', server), select('redis_memory_max_bytes', server));

const hits = rate('redis_keyspace_hits_total', server);
const misses = rate('redis_keyspace_misses_total', server);

/** Share of look-ups that found their key. */
export const hitShare = share(hits, `(${hits} + ${misses})`);
