import type { Dashboard } from '../../../../lib/constructs/monitoring/dashboards/dashboard';
import { buildDashboards, type DashboardInput } from '../../../../lib/constructs/monitoring/dashboards/dashboards';
import { veza } from '../../../../lib/veza/veza';

/** The platform's services, all with one objective, and both stores in the cluster. */
export const input: DashboardInput = {
  services: veza.services.map((contract) => ({ contract, workload: `veza-${contract.name}`, objective: 0.999 })),
  database: {
    kind: 'single',
    name: 'veza_test',
    backup: { maxAgeHours: 26, isCopied: true },
    cluster: 'none',
  },
  cache: { kind: 'single' },
  logs: 'collected',
  servers: { kind: 'own' },
  gateway: 'none',
};

/** A dashboard as Grafana reads it: what these tests read of it. */
export interface GrafanaDashboard {
  readonly uid: string;
  readonly title: string;
  readonly description?: string;
  readonly editable: boolean;
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly panels: readonly Panel[];
}

/** What is marked on the graphs of a dashboard. */
export interface Annotation {
  readonly name: string;
  readonly enable: boolean;
  readonly expr?: string;
  readonly titleFormat?: string;
  readonly datasource: { readonly uid: string };
}

/** A variable: of a query variable, `query` is a `label_values(series, label)`. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string;
  readonly datasource?: { readonly type?: string; readonly uid: string };
  readonly refresh?: number;
}

/** A panel, or the title of a row of them. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type?: string; readonly uid: string };
  readonly fieldConfig: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly Target[];
}

/** A query of a panel. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: { readonly type?: string; readonly uid: string };
}

/** Every dashboard of the platform. */
export function platformDashboards(): GrafanaDashboard[] {
  return buildDashboards(input).map(asGrafana);
}

/** The dashboard as it would stand in a file. */
export function asGrafana({ json }: Dashboard): GrafanaDashboard {
  return JSON.parse(JSON.stringify(json));
}

/** Its panels without the titles of rows. */
export function panelsOf({ panels }: GrafanaDashboard): Panel[] {
  return panels.filter(({ type }) => type !== 'row');
}

/** Every query of its panels to Prometheus. */
export function targetsOf(dashboard: GrafanaDashboard): Target[] {
  return allTargets(dashboard).filter((target) => !isLogQuery(target));
}

/** Every query of its panels to Loki. */
export function logTargetsOf(dashboard: GrafanaDashboard): Target[] {
  return allTargets(dashboard).filter(isLogQuery);
}

function allTargets(dashboard: GrafanaDashboard): Target[] {
  return panelsOf(dashboard).flatMap(({ targets = [] }) => targets);
}

/** Whether a query is for Loki. */
export function isLogQuery({ datasource }: Target): boolean {
  return datasource.type === 'loki';
}

/** What its query variables ask for: the series in `label_values(series, label)`. */
export function variableSeries({ templating }: GrafanaDashboard): string[] {
  return templating.list
    .filter(({ type }) => type === 'query')
    .map(({ name, query }) => {
      const series = /^label_values\((.+), \w+\)$/.exec(query)?.[1];
      if (series === undefined) throw new Error(`variable ${name} asks for ${query}`);
      return series;
    });
}
