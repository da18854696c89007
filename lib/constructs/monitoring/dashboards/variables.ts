import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { oneOf, select } from '../rules/selector';
import { dataSource } from './queries';

/** What a variable offers. */
export interface VariableOptions {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** A `label_values(series, label)` query. */
  readonly query: string;
}

/** The Prometheus to ask. */
export function dataSourceVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .description('The Prometheus to query.')
    .type('prometheus');
}

/**
 * The environment, by its namespace: the label `environment` is put on what leaves Prometheus and is on no series in it.
 * Offered are the namespaces in which the jobs have targets.
 */
export function environmentVariable(jobs: readonly string[]): QueryVariableBuilder {
  return one({
    name: 'environment',
    label: 'Environment',
    description: 'Namespace of the environment.',
    query: `label_values(${select('up', { job: oneOf(jobs) })}, namespace)`,
  });
}

/** A choice of one value. */
export function one({ name, label, description, query }: VariableOptions): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(dataSource)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);
}

/** A choice of several values, at first all; queries match them with `=~`. */
export function several(options: VariableOptions): QueryVariableBuilder {
  return one(options).multi(true).includeAll(true).current({ selected: true, text: 'All', value: '$__all' });
}
