import { jobs } from '../../jobs';
import { is, select } from '../../rules/selector';
import { type Dashboard, dashboard } from '../dashboard';
import { several } from '../variables';
import { cpuRow, memoryRow } from './compute-rows';
import { diskRow, networkRow } from './device-rows';
import { state } from './state-row';

/** The nodes of the cluster, whichever environments run on them. */
export function nodesDashboard(): Dashboard {
  return dashboard({
    uid: 'nodes-overview',
    title: 'Nodes',
    description: 'The machines of the cluster: processors, memory, disks and network.',
    variables: [
      several({
        name: 'node',
        label: 'Node',
        description: 'The nodes of the cluster.',
        query: `label_values(${select('up', { job: is(jobs.nodeExporter) })}, node)`,
      }),
    ],
    annotations: [],
    rows: [state, cpuRow, memoryRow, diskRow, networkRow],
  });
}
