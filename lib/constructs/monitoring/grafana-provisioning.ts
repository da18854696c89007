import { writeYaml } from '../../platform/yaml';

/** What Grafana knows the Prometheus of its environment by: it never changes, whatever the name or address. */
export const dataSourceUid = 'prometheus';

/** The one data source: the Prometheus beside. Its interval is the least that a panel's `$__rate_interval` reckons with. */
export function dataSources(url: string): string {
  return writeYaml({
    apiVersion: 1,
    datasources: [
      {
        name: 'Prometheus',
        uid: dataSourceUid,
        type: 'prometheus',
        access: 'proxy',
        url,
        isDefault: true,
        editable: false,
        jsonData: { httpMethod: 'POST', timeInterval: '30s', prometheusType: 'Prometheus' },
      },
    ],
  });
}

/** Where dashboards are read from: what is changed there appears within a minute, and nobody changes it elsewhere. */
export function dashboardProvider(folder: string, path: string): string {
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

/** Sections of Grafana's configuration: an internal tool that talks to nobody but Prometheus and lets in only the admin. */
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
  // Alerts are Prometheus' alone, so that each exists once.
  unified_alerting: { enabled: false },
  users: { allow_sign_up: false, allow_org_create: false, default_theme: 'system' },
};

/**
 * Writes grafana.ini, which holds nothing secret.
 * @param home path of the dashboard that one sees first
 * @param rootUrl where people open Grafana, without a slash at the end
 */
export function grafanaIni(home: string, rootUrl: string): string {
  const all = { ...sections, server: { root_url: `${rootUrl}/` }, dashboards: { default_home_dashboard_path: home } };
  return Object.entries(all)
    .map(([section, values]) => `[${section}]\n${lines(values)}`)
    .join('\n');
}

function lines(values: Readonly<Record<string, string | boolean>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}
