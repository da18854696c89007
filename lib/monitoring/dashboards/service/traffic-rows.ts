import type { ServiceContract } from '../../../services/contract';
import { select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph, type Panel } from '../panels';
import { quantile, share } from '../promql';
import type { Queries } from '../targets';
import { badEventsByPod, eventsByOutcome, eventsByPod, pods } from './indicator';

/** Traffic, errors and latency of the chosen service, whichever of the contracts is its. */
export function trafficRow(contracts: readonly ServiceContract[]): Row {
  return {
    title: 'Traffic, errors, latency',
    panels: [
      graph({
        title: 'Traffic',
        description:
          'Events in a second by their outcome: requests, connects or starts of streams, whichever the service counts.',
        unit: 'reqps',
        stacked: true,
        queries: either(contracts, ({ metrics }) => eventsByOutcome(metrics.indicator)),
      }),
      graph({
        title: 'Errors',
        description:
          'Share of bad events by pod. A single bad pod is a sick pod; all of them are the release or a store.',
        unit: 'percentunit',
        queries: either(contracts, ({ metrics }) => ({
          '{{pod}}': share(`(${badEventsByPod(metrics.indicator)})`, `(${eventsByPod(metrics.indicator)})`),
        })),
      }),
      graph({
        title: 'Latency',
        description: 'Time that users wait: half of them less than the median, one in a hundred longer than 99 %.',
        unit: 's',
        queries: either(contracts, ({ metrics }) => quantiles(metrics.responseTime.histogram)),
      }),
    ],
  };
}

/** The same by pod, and what the service holds open. */
export function podRow(contracts: readonly ServiceContract[]): Row {
  return {
    title: 'By pod',
    panels: [
      graph({
        title: 'Traffic by pod',
        description: 'Events in a second. Pods that differ much are badly balanced.',
        unit: 'reqps',
        queries: either(contracts, ({ metrics }) => ({ '{{pod}}': eventsByPod(metrics.indicator) })),
      }),
      graph({
        title: 'Latency by pod',
        description: '95 % of the users of a pod waited less than this.',
        unit: 's',
        queries: either(contracts, ({ metrics }) => ({
          '{{pod}}': quantile(0.95, metrics.responseTime.histogram, pods, 'pod'),
        })),
      }),
      ...gauges(contracts),
    ],
  };
}

function quantiles(histogram: string): Queries {
  const of = (share: number) => quantile(share, histogram, pods);
  return { median: of(0.5), '95 %': of(0.95), '99 %': of(0.99) };
}

/** One panel for all gauges, or none if no service has any. */
function gauges(contracts: readonly ServiceContract[]): Panel[] {
  const named = contracts
    .flatMap(({ metrics }) => Object.entries(metrics.exports))
    .filter(([, { type }]) => type === 'gauge');
  if (named.length === 0) return [];
  return [
    graph({
      title: 'Gauges',
      description: named.map(([name, { help }]) => `${name}: ${help}`).join('\n\n'),
      unit: 'short',
      queries: Object.fromEntries(named.map(([name]) => [`${name} {{pod}}`, `sum by (pod) (${select(name, pods)})`])),
    }),
  ];
}

/**
 * The queries of all contracts as those of one panel. Only the chosen service has series, so that a query which several
 * contracts have under one legend can be any of theirs.
 */
function either(contracts: readonly ServiceContract[], queries: (contract: ServiceContract) => Queries): Queries {
  const alternatives = new Map<string, Set<string>>();
  for (const [legend, query] of contracts.flatMap((contract) => Object.entries(queries(contract)))) {
    alternatives.set(legend, (alternatives.get(legend) ?? new Set()).add(query));
  }
  return Object.fromEntries([...alternatives].map(([legend, queries]) => [legend, [...queries].join(' or ')]));
}
