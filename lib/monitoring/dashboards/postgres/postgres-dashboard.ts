import { jobs } from '../../jobs';
import type { RuleInput } from '../../rules/rule-input';
import { noneOf, select } from '../../rules/selector';
import { containerPanels, restarts, volumes } from '../container-panels';
import { type Dashboard, dashboard } from '../dashboard';
import { environmentVariable, several } from '../variables';
import { backupRow } from './backup-row';
import { connectionRow, workRow } from './load-rows';
import { server } from './series';
import { state } from './state-row';
import { contentionRow, writeRow } from './storage-rows';

/** Without those that new databases are copied from, and without the entry for what all databases share. */
const ownDatabases = { ...server, datname: noneOf(['template0', 'template1', '']) };

const pods = 'postgres-[0-9]+';

/** PostgreSQL: connections, transactions, cache, locks, writes, its backup, and what its pod takes. */
export function postgresDashboard({ backup }: Pick<RuleInput['database'], 'backup'>): Dashboard {
  return dashboard({
    uid: 'postgres-overview',
    title: 'PostgreSQL',
    description: 'The database: whether it answers, what it does, and what it is short of.',
    variables: [
      environmentVariable([jobs.postgres]),
      several({
        name: 'database',
        label: 'Database',
        description: 'The databases of the server.',
        query: `label_values(${select('pg_stat_database_xact_commit', ownDatabases)}, datname)`,
      }),
    ],
    annotations: [],
    rows: [
      state,
      connectionRow,
      workRow,
      contentionRow,
      writeRow,
      ...(backup === 'none' ? [] : [backupRow]),
      { title: 'Pod', panels: containerPanels(pods) },
      { title: 'Disk and restarts', panels: [volumes('data-postgres-[0-9]+'), restarts(pods)] },
    ],
  });
}
