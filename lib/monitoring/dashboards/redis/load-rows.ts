import { select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph } from '../panels';
import { increase, rate, share } from '../promql';
import { hitShare, server } from './series';

/** What is asked of the server. */
export const commandRow: Row = {
  title: 'Commands',
  panels: [
    graph({
      title: 'Commands',
      description: 'Commands in a second, by name.',
      unit: 'ops',
      stacked: true,
      queries: { '{{cmd}}': `sum by (cmd) (${rate('redis_commands_total', server)}) > 0` },
    }),
    graph({
      title: 'Time by command',
      description: 'Mean time that the server spends on a command. One that is slow keeps all others waiting.',
      unit: 's',
      queries: {
        '{{cmd}}': share(
          `sum by (cmd) (${rate('redis_commands_duration_seconds_total', server)})`,
          `sum by (cmd) (${rate('redis_commands_total', server)})`,
        ),
      },
    }),
    graph({
      title: 'Hits',
      description: 'Share of look-ups that found their key.',
      unit: 'percentunit',
      max: 1,
      queries: { '{{pod}}': hitShare },
    }),
  ],
};

/** Who asks. */
export const clientRow: Row = {
  title: 'Clients',
  panels: [
    graph({
      title: 'Clients',
      description: 'Connected clients, and those among them that wait for a list or a stream.',
      unit: 'short',
      queries: {
        connected: select('redis_connected_clients', server),
        blocked: select('redis_blocked_clients', server),
        maximum: select('redis_max_clients', server),
      },
    }),
    graph({
      title: 'Rejected connections',
      description: 'Clients that were turned away because there were maxclients already.',
      unit: 'short',
      queries: { '{{pod}}': increase('redis_rejected_connections_total', server) },
    }),
    graph({
      title: 'Network',
      description: 'Bytes received and sent in a second.',
      unit: 'binBps',
      queries: {
        received: rate('redis_net_input_bytes_total', server),
        sent: rate('redis_net_output_bytes_total', server),
      },
    }),
  ],
};
