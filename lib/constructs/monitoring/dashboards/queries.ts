import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { is, type Matchers, select } from '../rules/promql';

/** The selected data source: the variable `datasource`, which every dashboard has. */
export const dataSource: DataSourceRef = { type: 'prometheus', uid: '$datasource' };

/** Queries by the legend of their series: `{ '{{pod}}': 'up' }`. */
export type Queries = Readonly<Record<string, string>>;

/** Queries as the builder of a panel takes them. */
export type Targets = Parameters<PanelBuilder['targets']>[0];

/**
 * Converts queries to targets of a panel.
 * @param when whether they return values over the time range, or only at its end
 * The SDK's builder of Prometheus queries is not used: loading it takes longer than making all dashboards.
 */
export function toTargets(queries: Queries, when: Required<Pick<Dataquery, 'range' | 'instant'>>): Targets {
  return Object.entries(queries).map(([legendFormat, expr], index) => ({
    build: (): Dataquery => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: dataSource,
      expr,
      legendFormat,
      ...when,
      _implementsDataqueryVariant: () => {},
    }),
  }));
}

/** Matchers of the series of a scrape job in the selected environment. */
export function inEnvironment(job: string, matchers: Matchers = {}): Matchers {
  return { job: is(job), namespace: is('$environment'), ...matchers };
}

/** Increase of a counter per second. Grafana chooses the range by scrape interval and panel width. */
export function rate(counter: string, matchers: Matchers): string {
  return `rate(${select(counter, matchers)}[$__rate_interval])`;
}

/** Increase of a counter in the time that one point of a panel represents. */
export function increase(counter: string, matchers: Matchers): string {
  return `increase(${select(counter, matchers)}[$__rate_interval])`;
}

/** Quantile of a histogram, for each value of the labels. */
export function quantile(rank: number, histogram: string, matchers: Matchers, ...by: string[]): string {
  return `histogram_quantile(${rank}, sum by (${[...by, 'le'].join(', ')}) (${rate(`${histogram}_bucket`, matchers)}))`;
}

/** A part as a share of a whole. Returns no series where the whole is zero. */
export function share(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`;
}
