import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';

/** The data source that the reader has chosen: the variable `datasource`, which every dashboard has. */
export const dataSource: DataSourceRef = { type: 'prometheus', uid: '$datasource' };

/** Queries by the legend of their series: `{ '{{pod}}': 'up' }`. */
export type Queries = Readonly<Record<string, string>>;

/** What is asked: the values over the time range, or those at its end. */
export type When = Required<Pick<Dataquery, 'range' | 'instant'>>;

/**
 * The queries as a panel takes them.
 * They are written out: the SDK's builder of a Prometheus query loads all of the newer dashboard schema with it, which
 * takes longer than making all dashboards does.
 */
export function targets(queries: Queries, when: When): Parameters<PanelBuilder['targets']>[0] {
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
