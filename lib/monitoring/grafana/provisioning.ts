import { writeYaml } from '../../kubernetes/yaml-file';

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
