import { exported, ownSeries, recordedSeries, seriesType } from './exported';
import { keptLabels, type Selector, selectors } from './promql';
import type { DashboardRule } from './rule';
import { type GrafanaDashboard, logTargetsOf, panelsOf, targetsOf, variableSeries } from './support';

const rateFunctions = ['rate', 'increase'];

/** What a dashboard asks Prometheus. */
export const queryRules: Readonly<Record<string, DashboardRule>> = {
  'is PromQL that reads what is exported or recorded': (dashboard) => readings(dashboard).flatMap(unknownSeries),
  'takes the rate of counters only, and always': (dashboard) => selectorsOf(dashboard).flatMap(wrongRate),
  'takes rates over $__rate_interval': (dashboard) =>
    selectorsOf(dashboard)
      .filter(({ rangeFunction, range }) => rangeFunction !== undefined && range !== '$__rate_interval')
      .map(({ metric, range }) => `${metric} over ${range}`),
  'names in legends only labels that are left': (dashboard) =>
    targetsOf(dashboard).flatMap(({ expr, legendFormat }) => lostLabels(expr, legendFormat)),
  'defines the variables that it uses, and uses those that it defines': variables,
};

/** What the queries of panels read. */
export function selectorsOf(dashboard: GrafanaDashboard): Selector[] {
  return targetsOf(dashboard).flatMap(({ expr }) => selectors(expr));
}

/** What queries of panels and of variables read. */
function readings(dashboard: GrafanaDashboard): Selector[] {
  return [...selectorsOf(dashboard), ...variableSeries(dashboard).flatMap(selectors)];
}

function unknownSeries({ metric, labels: { job } }: Selector): string[] {
  if (ownSeries.includes(metric) || recordedSeries.includes(metric)) return [];
  if (job === undefined) return [`${metric} is read from any job`];
  if (!exported.has(job)) return [`there is no job ${job}`];
  return seriesType(job, metric) === undefined ? [`job ${job} exports no ${metric}`] : [];
}

function wrongRate({ metric, labels: { job = '' }, rangeFunction }: Selector): string[] {
  const type = ownSeries.includes(metric) || recordedSeries.includes(metric) ? 'gauge' : seriesType(job, metric);
  const rated = rangeFunction !== undefined && rateFunctions.includes(rangeFunction);
  if (type === 'untyped') return [];
  return rated === (type === 'counter') ? [] : [`${metric} is a ${type}`];
}

/** An aggregation drops every label that it does not name. */
function lostLabels(expr: string, legend: string): string[] {
  const kept = keptLabels(expr);
  return [...legend.matchAll(/\{\{(\w+)\}\}/g)]
    .map(([, label = '']) => label)
    .filter((label) => !kept.every((labels) => labels.includes(label)))
    .map((label) => `${label} is not left by ${expr}`);
}

function variables(dashboard: GrafanaDashboard): string[] {
  const { list } = dashboard.templating;
  const texts = [
    ...[...targetsOf(dashboard), ...logTargetsOf(dashboard)].map(({ expr }) => expr),
    ...list.map(({ query }) => query),
    ...panelsOf(dashboard).map(({ datasource }) => datasource?.uid ?? ''),
  ];
  const used = new Set(texts.flatMap((text) => [...text.matchAll(/\$(\w+)/g)].map(([, name = '']) => name)));
  const defined = [...list.map(({ name }) => name)];
  return [
    ...defined.filter((name) => !used.has(name)).map((name) => `${name} is not used`),
    ...[...used]
      .filter((name) => !name.startsWith('__') && !defined.includes(name))
      .map((name) => `no variable ${name}`),
  ];
}
