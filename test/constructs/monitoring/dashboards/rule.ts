import type { GrafanaDashboard } from './support';

/** A rule of good dashboards: yields a line for each breach. */
export type DashboardRule = (dashboard: GrafanaDashboard) => string[];

/** Whether a value occurs twice. */
export function twice(values: readonly unknown[]): boolean {
  return new Set(values).size < values.length;
}
