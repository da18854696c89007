import { scrapeJobs } from '../scrape-endpoints';
import { type AlertingRule, alertingRule, type RuleContext, type RuleGroup } from './rule';
import { is, matches, select } from './selector';

/** Alerts on the servers, sentinels and proxies of a replicated cache, which RedisDown sees only together. */
export function replicatedCacheGroup(input: RuleContext): RuleGroup {
  return {
    name: 'replicated-cache',
    rules: [noPrimary(input), failover(input), replicasMissing(input), sentinelsDisagree(input)],
  };
}

/** Servers of the proxy's backends by their health checks: `primary` or `agreement`, one backend for each server. */
function healthy({ namespace }: RuleContext, backend: 'primary' | 'agreement'): string {
  const proxies = { job: is(scrapeJobs.redisProxy), namespace: is(namespace), proxy: matches(`${backend}-.+`) };
  return select('haproxy_backend_active_servers', proxies);
}

/** It does not page: if users are affected, ErrorBudgetBurn pages. */
function noPrimary(input: RuleContext): AlertingRule {
  const agreed = `label_replace(${healthy(input, 'agreement')}, "proxy", "primary-$1", "proxy", "agreement-(.+)")`;
  return alertingRule(input, {
    name: 'CacheNoPrimary',
    severity: 'warning',
    for: '1m',
    expr: `max by (namespace) (
  ${healthy(input, 'primary')} * on (namespace, pod, proxy) (${agreed} >= bool 2)
) == 0`,
    summary: 'The cache has no primary',
    description:
      'No server in {{ $labels.namespace }} is the primary for two sentinels, so the cache refuses all clients.',
  });
}

function failover(input: RuleContext): AlertingRule {
  return alertingRule(input, {
    name: 'CacheFailover',
    severity: 'warning',
    for: '0m',
    expr: `sum by (namespace) (max by (namespace, proxy) (changes(${healthy(input, 'primary')}[10m]))) > 1`,
    summary: 'The cache lost its primary for some seconds',
    description: 'The primary of the cache in {{ $labels.namespace }} was replaced, or was away for a moment.',
  });
}

function replicasMissing(input: RuleContext): AlertingRule {
  const server = { job: is(scrapeJobs.redis), namespace: is(input.namespace) };
  return alertingRule(input, {
    name: 'CacheReplicasMissing',
    severity: 'warning',
    for: '10m',
    expr: `max by (namespace) (${select('redis_connected_slaves', server)}) < 2`,
    summary: 'The cache has too few replicas',
    description:
      'The primary in {{ $labels.namespace }} has {{ $value | humanize }} of 2 replicas. Without any it refuses writes.',
  });
}

function sentinelsDisagree(input: RuleContext): AlertingRule {
  return alertingRule(input, {
    name: 'SentinelsDisagree',
    severity: 'warning',
    for: '10m',
    expr: `max by (namespace) (${healthy(input, 'agreement')}) < 3`,
    summary: 'The sentinels of the cache do not agree',
    description:
      '{{ $value | humanize }} of 3 sentinels in {{ $labels.namespace }} agree on the primary. With fewer than 2 there is no failover.',
  });
}
