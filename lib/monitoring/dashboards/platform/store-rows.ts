import type { RuleInput } from '../../rules/rule-input';
import { volumes } from '../container-panels';
import type { Row } from '../dashboard';
import { graph } from '../panels';
import { connectionShare } from '../postgres/series';
import { memoryShare } from '../redis/series';

/** What the stores in the cluster are short of. Where there is none, there is no row. */
export function storeRows({ database, cache }: Pick<RuleInput, 'database' | 'cache'>): Row[] {
  const panels = [
    ...(database.kind === 'in-cluster' ? [connections()] : []),
    ...(cache.kind === 'in-cluster' ? [memory()] : []),
  ];
  return panels.length === 0 ? [] : [{ title: 'Saturation of the stores', panels: [...panels, volumes('.+')] }];
}

function connections() {
  return graph({
    title: 'Database connections of limit',
    description: 'Open connections, as a share of those that are left to users. At 100 % the services get none.',
    unit: 'percentunit',
    max: 1,
    queries: { PostgreSQL: connectionShare },
  });
}

function memory() {
  return graph({
    title: 'Cache memory of maximum',
    description: 'Memory in use, as a share of maxmemory. From 100 % on keys are evicted or writes are refused.',
    unit: 'percentunit',
    max: 1,
    queries: { Redis: memoryShare },
  });
}
