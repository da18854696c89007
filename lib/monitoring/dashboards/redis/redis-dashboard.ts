import { jobs } from '../../jobs';
import { containerPanels, restarts, volumes } from '../container-panels';
import { type Dashboard, dashboard } from '../dashboard';
import { environmentVariable } from '../variables';
import { clientRow, commandRow } from './load-rows';
import { memoryRow, persistenceRow } from './memory-rows';
import { state } from './state-row';

const pods = 'redis-[0-9]+';

/** Redis: memory, commands, clients, persistence, and what its pod takes. */
export function redisDashboard(): Dashboard {
  return dashboard({
    uid: 'redis-overview',
    title: 'Redis',
    description: 'The cache: whether it answers, what it does, and what it is short of.',
    variables: [environmentVariable([jobs.redis])],
    annotations: [],
    rows: [
      state,
      memoryRow,
      commandRow,
      clientRow,
      persistenceRow,
      { title: 'Pod', panels: containerPanels(pods) },
      { title: 'Disk and restarts', panels: [volumes('data-redis-[0-9]+'), restarts(pods)] },
    ],
  });
}
