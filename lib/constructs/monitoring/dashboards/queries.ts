import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { is, type Matchers, select } from '../rules/selector';
import { recordingNames, type SliWindow } from '../rules/service-slo';

/** The data source that the reader has chosen: the variable `datasource`, which every dashboard has. */
export const dataSource: DataSourceRef = { type: 'prometheus', uid: '$datasource' };

/** Queries by the legend of their series: `{ '{{pod}}': 'up' }`. */
export type Queries = Readonly<Record<string, string>>;

/** What is asked: the values over the time range, or those at its end. */
export type QueryMode = Required<Pick<Dataquery, 'range' | 'instant'>>;

/**
 * The queries as a panel takes them.
 * They are written out: the SDK's builder of a Prometheus query loads all of the newer dashboard schema with it, which
 * takes longer than making all dashboards does.
 */
export function panelQueries(queries: Queries, when: QueryMode): Parameters<PanelBuilder['targets']>[0] {
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

/** Matchers of the series of a scrape job in the environment that the reader has chosen. */
export function inEnvironment(job: string, matchers: Matchers = {}): Matchers {
  return { job: is(job), namespace: is('$environment'), ...matchers };
}

/** Increase of a counter in a second, over a range that Grafana fits to the interval of scrapes and the width of a panel. */
export function rate(counter: string, matchers: Matchers): string {
  return `rate(${select(counter, matchers)}[$__rate_interval])`;
}

/** How often a counter counted in the stretch of time that a point of a panel stands for. */
export function increase(counter: string, matchers: Matchers): string {
  return `increase(${select(counter, matchers)}[$__rate_interval])`;
}

/** Quantile of a histogram, for each value of the labels. */
export function quantile(rank: number, histogram: string, matchers: Matchers, ...by: string[]): string {
  return `histogram_quantile(${rank}, sum by (${[...by, 'le'].join(', ')}) (${rate(`${histogram}_bucket`, matchers)}))`;
}

/** Part of a whole. Nothing, rather than not-a-number, where the whole is zero. */
export function share(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`;
}

/** How many times faster than allowed services spent their error budget. */
export function burnRate(window: SliWindow, services: Matchers): string {
  const allowed = `(1 - ${select(recordingNames.objective, services)})`;
  return `${select(recordingNames.errorRatio(window), services)} / on (namespace, job) ${allowed}`;
}
