import { postgresMetricsPort } from '../data/postgres-helpers';
import { redisMetricsPort } from '../data/redis';
import { writeYaml } from '../kubernetes/yaml-file';
import { dashboards } from '../monitoring/dashboards/dashboards';
import { monitoringEndpoints } from '../monitoring/endpoints';
import { grafanaIni } from '../monitoring/grafana/grafana-ini';
import { dashboardProvider, dataSources } from '../monitoring/grafana/provisioning';
import { jobs } from '../monitoring/jobs';
import { rulesFolder } from '../monitoring/prometheus';
import { ruleGroups } from '../monitoring/rules/rule-groups';
import type { RuleInput } from '../monitoring/rules/rule-input';
import type { Platform } from '../platform';
import { serviceWorkload } from '../services/microservice';
import { exporterNames } from './compose-exporters';
import type { Development } from './development';
import { type StaticTarget, staticConfiguration } from './static-configuration';

/** Where Grafana finds the dashboards. */
export const dashboardsFolder = '/etc/grafana-dashboards';

/** Files of Prometheus and Grafana, by their paths: the rules and dashboards of the cluster, the targets of compose. */
export function monitoringFiles(platform: Platform, development: Development): Record<string, string> {
  const targets = targetsOf(platform);
  const input = ruleInput(platform, development, targets);
  const { prometheus, grafana } = monitoringEndpoints;
  const shown = dashboards(input).map(
    ({ uid, json }) => [`${uid}.json`, `${JSON.stringify(json, null, 1)}\n`] as const,
  );
  const [home = ['']] = shown;
  return {
    'prometheus/prometheus.yml': staticConfiguration({
      environment: development.name,
      namespace: input.namespace,
      rulesFolder,
      targets,
    }),
    ...Object.fromEntries(
      ruleGroups(input).map((group) => [`prometheus/rules/${group.name}.yaml`, writeYaml({ groups: [group] })]),
    ),
    'grafana/grafana.ini': grafanaIni(`${dashboardsFolder}/${home[0]}`, `http://localhost:${grafana.port}`),
    'grafana/provisioning/datasources/prometheus.yaml': dataSources(`http://${prometheus.name}:${prometheus.port}`),
    'grafana/provisioning/dashboards/platform.yaml': dashboardProvider(platform.name, dashboardsFolder),
    ...Object.fromEntries(shown.map(([file, content]) => [`grafana/dashboards/${file}`, content])),
  };
}

/** What there is to scrape, under the names of the cluster's jobs: the rules go by them. */
function targetsOf(platform: Platform): StaticTarget[] {
  const { prometheus, grafana } = monitoringEndpoints;
  return [
    ...platform.services.map(({ name, ports }) => ({
      job: serviceWorkload(platform.name, name),
      host: name,
      port: ports.metrics,
    })),
    { job: jobs.postgres, host: exporterNames.database, port: postgresMetricsPort },
    { job: jobs.redis, host: exporterNames.cache, port: redisMetricsPort },
    { job: jobs.prometheus, host: prometheus.name, port: prometheus.port },
    { job: jobs.grafana, host: grafana.name, port: grafana.port },
  ];
}

/** As in the cluster. What only a cluster has (nodes, pods, an ingress controller) gives no series here, and no alert. */
function ruleInput(platform: Platform, development: Development, targets: readonly StaticTarget[]): RuleInput {
  const { name, database, objective, runbookBaseUrl } = development;
  const namespace = `${platform.name}-${name}`;
  return {
    namespace,
    monitoringNamespace: namespace,
    services: platform.services.map((contract) => ({
      contract,
      workload: serviceWorkload(platform.name, contract.name),
      objective,
    })),
    database: { kind: 'in-cluster', name: database.name, backup: 'none' },
    cache: { kind: 'in-cluster' },
    jobs: targets.map(({ job }) => job),
    runbookBaseUrl,
  };
}
