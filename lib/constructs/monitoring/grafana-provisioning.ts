import { writeYaml } from '../../platform/yaml';

/** UID of the data source in Grafana. It never changes, whatever the name or address of Prometheus. */
const dataSourceUid = 'prometheus';

/** UID of the data source of logs. */
export const logsDataSourceUid = 'loki';

/** URLs of the servers that Grafana asks. */
export interface DataSourceUrls {
  readonly prometheus: string;
  /** `none` if no logs are collected. */
  readonly loki: string | 'none';
}

/**
 * Writes the data sources: the Prometheus and the Loki of the environment. The interval of the first is the minimum of
 * `$__rate_interval`.
 */
export function writeDataSources({ prometheus, loki }: DataSourceUrls): string {
  return writeYaml({
    apiVersion: 1,
    // Grafana keeps data sources in its own database, and deletes one that is no longer here only when asked to.
    prune: true,
    datasources: [
      {
        name: 'Prometheus',
        uid: dataSourceUid,
        type: 'prometheus',
        access: 'proxy',
        url: prometheus,
        isDefault: true,
        editable: false,
        jsonData: { httpMethod: 'POST', timeInterval: '30s', prometheusType: 'Prometheus' },
      },
      ...(loki === 'none' ? [] : [makeLogsDataSource(loki)]),
    ],
  });
}

/** A data source of logs, in a Grafana that may have several. */
export function makeLogsDataSource(url: string, name = 'Loki', uid: string = logsDataSourceUid): object {
  return {
    name,
    uid,
    type: 'loki',
    access: 'proxy',
    url,
    editable: false,
    jsonData: { maxLines: 1000 },
  };
}

/** Writes the dashboard provider: changed files are loaded within a minute, and users cannot edit dashboards. */
export function writeDashboardProvider(folder: string, path: string): string {
  return writeYaml({
    apiVersion: 1,
    providers: [
      {
        name: folder,
        folder,
        type: 'file',
        disableDeletion: true,
        allowUiUpdates: false,
        updateIntervalSeconds: 30,
        options: { path },
      },
    ],
  });
}

/** Sections of Grafana's configuration: an internal tool that connects only to its data sources, with one account. */
const sections: Readonly<Record<string, Readonly<Record<string, string | boolean>>>> = {
  analytics: {
    reporting_enabled: false,
    check_for_updates: false,
    check_for_plugin_updates: false,
    feedback_links_enabled: false,
  },
  'auth.anonymous': { enabled: false },
  log: { mode: 'console' },
  news: { news_feed_enabled: false },
  plugins: { preinstall_disabled: true, plugin_admin_enabled: false, public_key_retrieval_disabled: true },
  public_dashboards: { enabled: false },
  security: { disable_gravatar: true },
  snapshots: { enabled: false, external_enabled: false },
  // Prometheus alone evaluates alerts, so that each exists once.
  unified_alerting: { enabled: false },
  users: { allow_sign_up: false, allow_org_create: false, default_theme: 'system' },
};

/**
 * Writes grafana.ini, which holds nothing secret.
 * @param home path of the dashboard that is shown first
 * @param rootUrl URL at which users open Grafana, without a slash at the end
 */
export function writeGrafanaIni(home: string, rootUrl: string): string {
  const all = { ...sections, server: { root_url: `${rootUrl}/` }, dashboards: { default_home_dashboard_path: home } };
  return Object.entries(all)
    .map(([section, values]) => `[${section}]\n${writeLines(values)}`)
    .join('\n');
}

function writeLines(values: Readonly<Record<string, string | boolean>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}
