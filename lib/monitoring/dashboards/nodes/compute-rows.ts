import { select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph } from '../panels';
import { increase, rate, share } from '../promql';
import { cpuShare, idle, memoryShare, nodes } from './series';

/** Processors. */
export const cpuRow: Row = {
  title: 'Processors',
  panels: [
    graph({
      title: 'CPU in use',
      description: 'Share of time in which the processors of a node were busy.',
      unit: 'percentunit',
      max: 1,
      queries: { '{{node}}': cpuShare },
    }),
    graph({
      title: 'Load by processor',
      description: 'Processes that run or wait, for each processor. Above 1 some wait.',
      unit: 'short',
      queries: {
        '{{node}}': share(
          `sum by (node) (${select('node_load5', nodes)})`,
          `count by (node) (${rate('node_cpu_seconds_total', idle)})`,
        ),
      },
    }),
    graph({
      title: 'Waiting for CPU',
      description: 'Share of time in which at least one process waited for a processor (pressure).',
      unit: 'percentunit',
      queries: { '{{node}}': rate('node_pressure_cpu_waiting_seconds_total', nodes) },
    }),
  ],
};

/** Memory. */
export const memoryRow: Row = {
  title: 'Memory',
  panels: [
    graph({
      title: 'Memory in use',
      description: 'Share of memory that could not be had without swapping.',
      unit: 'percentunit',
      max: 1,
      queries: { '{{node}}': memoryShare },
    }),
    graph({
      title: 'Waiting for memory',
      description: 'Share of time in which at least one process waited for memory (pressure).',
      unit: 'percentunit',
      queries: { '{{node}}': rate('node_pressure_memory_waiting_seconds_total', nodes) },
    }),
    graph({
      title: 'Killed for memory',
      description: 'Processes that the kernel killed for lack of memory, in the node or in a container.',
      unit: 'short',
      queries: { '{{node}}': increase('node_vmstat_oom_kill', nodes) },
    }),
  ],
};
