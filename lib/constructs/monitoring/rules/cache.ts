import { scrapeJobs } from '../scrape-endpoints';
import { storeDown } from './conditions';
import { type AlertingRule, alertingRule, type RuleContext, type RuleGroup } from './rule';
import { is, type Matchers, select } from './selector';

/** Alerts on an in-cluster Redis. */
export function cacheGroup(input: RuleContext): RuleGroup {
  const server = { job: is(scrapeJobs.redis), namespace: is(input.namespace) };
  return {
    name: 'cache',
    rules: [
      down(input),
      memoryHigh(input, server),
      connectionsRejected(input, server),
      persistenceFailing(input, server),
    ],
  };
}

/** It does not page: if users are affected, ErrorBudgetBurn pages. */
function down(input: RuleContext): AlertingRule {
  return alertingRule(input, {
    name: 'RedisDown',
    severity: 'warning',
    for: '2m',
    expr: storeDown(input.namespace, scrapeJobs.redis, 'redis_up'),
    summary: 'Redis is down',
    description: 'Redis in {{ $labels.namespace }} has not responded for 2 minutes, or responds only intermittently.',
  });
}

/** A maxmemory of 0 means that there is no limit. */
function memoryHigh(input: RuleContext, server: Matchers): AlertingRule {
  return alertingRule(input, {
    name: 'RedisMemoryHigh',
    severity: 'warning',
    for: '15m',
    expr: `${select('redis_memory_used_bytes', server)} / (${select('redis_memory_max_bytes', server)} > 0) > 0.9`,
    summary: 'Redis is almost out of memory',
    description:
      'Redis uses {{ $value | humanizePercentage }} of its maxmemory. At 100% it evicts keys or rejects writes.',
  });
}

function connectionsRejected(input: RuleContext, server: Matchers): AlertingRule {
  return alertingRule(input, {
    name: 'RedisConnectionsRejected',
    severity: 'warning',
    for: '1m',
    expr: `increase(${select('redis_rejected_connections_total', server)}[5m]) > 0`,
    summary: 'Redis rejects connections',
    description: 'Redis rejected {{ $value | humanize }} connections in 5 minutes because maxclients is reached.',
  });
}

/** The append-only file is the only data of Redis that survives a restart; it takes no snapshots. */
function persistenceFailing(input: RuleContext, server: Matchers): AlertingRule {
  return alertingRule(input, {
    name: 'RedisPersistenceFailing',
    severity: 'warning',
    for: '5m',
    expr: `${select('redis_aof_last_write_status', server)} == 0
or
${select('redis_aof_last_bgrewrite_status', server)} == 0`,
    summary: 'Redis cannot write to its disk',
    description: 'The last write or rewrite of the append-only file failed. A restart would lose data.',
  });
}
