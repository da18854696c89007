import { select } from '../../rules/selector';
import { wholeIsGood, worseFrom } from '../colors';
import type { Row } from '../dashboard';
import { figure } from '../panels';
import { share } from '../promql';
import { hitShare, memoryShare, server } from './series';

/** What somebody looks at first. */
export const state: Row = {
  title: 'State',
  panels: [
    figure({
      title: 'Answers',
      description: 'Whether the exporter can ask the server.',
      unit: 'bool_yes_no',
      queries: { '{{pod}}': select('redis_up', server) },
      colors: wholeIsGood,
    }),
    figure({
      title: 'Running for',
      description: 'Time since the server started.',
      unit: 's',
      queries: { '{{pod}}': select('redis_uptime_in_seconds', server) },
    }),
    figure({
      title: 'Memory of maximum',
      description: 'Memory in use, as a share of maxmemory. From 100 % on keys are evicted or writes are refused.',
      unit: 'percentunit',
      queries: { '{{pod}}': memoryShare },
      colors: worseFrom(0.8, 0.95),
    }),
    figure({
      title: 'Clients of maximum',
      description: 'Connected clients, as a share of maxclients. At 100 % further ones are rejected.',
      unit: 'percentunit',
      queries: { '{{pod}}': share(select('redis_connected_clients', server), select('redis_max_clients', server)) },
      colors: worseFrom(0.7, 0.9),
    }),
    figure({
      title: 'Hits',
      description: 'Share of look-ups that found their key.',
      unit: 'percentunit',
      queries: { '{{pod}}': hitShare },
    }),
    figure({
      title: 'Writes reach the disk',
      description: 'Whether the last write to the append-only file succeeded. If not, a restart loses data.',
      unit: 'bool_yes_no',
      queries: { '{{pod}}': select('redis_aof_last_write_status', server) },
      colors: wholeIsGood,
    }),
  ],
};
