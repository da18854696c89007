import { select } from '../../rules/selector';
import { wholeIsGood, worseBelow, worseFrom } from '../colors';
import type { Row } from '../dashboard';
import { figure } from '../panels';
import { connectionShare, databases, hitShare, oldestTransactions, server } from './series';

/** What somebody looks at first. */
export const state: Row = {
  title: 'State',
  panels: [
    figure({
      title: 'Answers',
      description: 'Whether the exporter can query the server.',
      unit: 'bool_yes_no',
      queries: { '{{pod}}': select('pg_up', server) },
      colors: wholeIsGood,
    }),
    figure({
      title: 'Running for',
      description: 'Time since the server started.',
      unit: 's',
      queries: { '{{pod}}': `time() - ${select('pg_postmaster_start_time_seconds', server)}` },
    }),
    figure({
      title: 'Connections of limit',
      description: 'Open connections, as a share of those that are left to users. At 100 % the services get none.',
      unit: 'percentunit',
      queries: { used: connectionShare },
      colors: worseFrom(0.7, 0.85),
    }),
    figure({
      title: 'Oldest transaction',
      description: 'Age of the oldest open transaction. It holds its locks and keeps vacuum from its work.',
      unit: 's',
      queries: { oldest: `max(${oldestTransactions})` },
      colors: worseFrom(60, 300),
    }),
    figure({
      title: 'Cache hits',
      description: 'Share of reads that needed no disk. Below 98 % the memory is small for what is read.',
      unit: 'percentunit',
      queries: { hits: hitShare },
      colors: worseBelow(0.98, 0.9),
    }),
    figure({
      title: 'Size',
      description: 'Bytes on disk.',
      unit: 'bytes',
      queries: { '{{datname}}': select('pg_database_size_bytes', databases) },
    }),
  ],
};
