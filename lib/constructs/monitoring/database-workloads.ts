import { dataVolume } from '../../platform/workload-names';
import type { RuleContext } from './rules/rule';
import { scrapeJobs } from './scrape-endpoints';

/** A database as far as it says which pods and volumes are its own. */
type ObservedDatabase = Pick<RuleContext['database'], 'cluster'>;

/** Regular expression for the names of a database's pods. */
export function databasePods({ cluster }: ObservedDatabase): string {
  return `${cluster === 'none' ? scrapeJobs.postgres : cluster.name}-[0-9]+`;
}

/** Regular expression for the names of a database's volumes: of a cluster, also those of the log. */
export function databaseVolumes(database: ObservedDatabase): string {
  const pods = databasePods(database);
  return database.cluster === 'none' ? `${dataVolume}-${pods}` : `${pods}(-wal)?`;
}
