import type { OperatedEnvironment } from '../../lib/platform/environment';
import type { OperatorMonitoring } from '../../lib/platform/settings/operator-monitoring';
import type { veza } from '../../lib/veza/veza';
import { singleProduction } from './clustered';
import { production } from './environments/production';

const { objectives, runbookBaseUrl, priority } = production.monitoring;

/** What kube-prometheus-stack needs with its own defaults, and receivers of every kind. */
export const operatorMonitoring: OperatorMonitoring<keyof typeof objectives> = {
  kind: 'operator',
  priority,
  labels: { release: 'kube-prometheus-stack' },
  prometheus: { namespace: 'monitoring', podLabels: { 'app.kubernetes.io/name': 'prometheus' } },
  grafana: { namespace: 'monitoring', podLabels: { 'app.kubernetes.io/name': 'grafana' } },
  alerts: {
    kind: 'receivers',
    receivers: {
      critical: [{ kind: 'pagerduty' }, { kind: 'slack', channel: '#incidents' }],
      warning: [
        {
          kind: 'email',
          to: 'team@veza.app',
          from: 'alerts@veza.app',
          host: 'smtp.veza.app',
          port: 587,
          username: 'alerts',
        },
        { kind: 'webhook' },
      ],
      deadMansSwitch: 'webhook',
    },
    secrets: { kind: 'existing' },
  },
  dashboards: {
    kind: 'sidecar',
    labels: { grafana_dashboard: '1' },
    annotations: { grafana_folder: 'Veza' },
    dataSourceLabels: { grafana_datasource: '1' },
  },
  objectives,
  runbookBaseUrl,
};

/** Production with a single database, monitored by servers of the cluster. */
export const operated: OperatedEnvironment<typeof veza> = {
  ...singleProduction,
  monitoring: operatorMonitoring,
};
