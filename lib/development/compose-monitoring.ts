import { monitoringEndpoints } from '../monitoring/endpoints';
import { grafanaImage } from '../monitoring/grafana';
import { prometheusImage, rulesFolder } from '../monitoring/prometheus';
import { type ComposeService, onLoopback } from './compose-service';
import { dashboardsFolder } from './monitoring-files';

/** Volumes of the monitoring that outlive the containers. */
export const monitoringVolumes = ['prometheus_data', 'grafana_data'] as const;

/** Prometheus and Grafana, with the files that stand beside the compose file. */
export function composeMonitoring(grafanaPassword: string): Record<string, ComposeService> {
  const { prometheus, grafana } = monitoringEndpoints;
  return {
    [prometheus.name]: {
      image: prometheusImage,
      command: [
        '--config.file=/etc/prometheus/prometheus.yml',
        '--storage.tsdb.path=/prometheus',
        // The guide's: development needs no month.
        '--storage.tsdb.retention.time=200h',
      ],
      ports: onLoopback([prometheus.port]),
      volumes: [
        './prometheus/prometheus.yml:/etc/prometheus/prometheus.yml:ro',
        `./prometheus/rules:${rulesFolder}:ro`,
        'prometheus_data:/prometheus',
      ],
    },
    [grafana.name]: {
      image: grafanaImage,
      environment: { GF_SECURITY_ADMIN_PASSWORD: grafanaPassword },
      ports: onLoopback([grafana.port]),
      volumes: [
        './grafana/grafana.ini:/etc/grafana/grafana.ini:ro',
        './grafana/provisioning:/etc/grafana/provisioning:ro',
        `./grafana/dashboards:${dashboardsFolder}:ro`,
        'grafana_data:/var/lib/grafana',
      ],
      depends_on: { [prometheus.name]: { condition: 'service_started' } },
    },
  };
}
