import { stringify } from 'yaml';
import { dashboards } from '../constructs/monitoring/dashboards/dashboards';
import { dashboardProvider, dataSources, grafanaIni } from '../constructs/monitoring/grafana-provisioning';
import { rulesFolder } from '../constructs/monitoring/prometheus';
import type { RuleContext } from '../constructs/monitoring/rules/rule-context';
import { ruleGroups } from '../constructs/monitoring/rules/rule-groups';
import { monitoringEndpoints, scrapeJobs } from '../constructs/monitoring/scrape-endpoints';
import { postgresMetricsPort } from '../constructs/postgres/postgres-containers';
import { redisMetricsPort } from '../constructs/redis/redis';
import { writeYaml } from '../manifests/yaml';
import type { Platform } from '../platform/platform';
import { serviceWorkload } from '../platform/workload-names';
import { composeFile } from './compose';
import { exporterNames } from './compose-services';
import type { Development } from './development';
import type { StaticTarget } from './static-configuration';
import { staticConfiguration } from './static-configuration';

const header =
  '# Written by `npm run compose` from the contracts of the services: change those. All passwords are public.\n';

/** Every file that is made for development, by its path in the folder `docker`. */
export function developmentFiles<P extends Platform>(platform: P, development: Development<P>): Record<string, string> {
  // Readers of YAML 1.1 take a bare `yes` for no text.
  const compose = stringify(composeFile(platform, development), { aliasDuplicateObjects: false, version: '1.1' });
  return { 'compose.yaml': header + compose, ...monitoringFiles(platform, development) };
}

/** Folders whose files are all made: what else is there is from before. */
export const generatedFolders = ['prometheus/rules', 'grafana/dashboards'] as const;

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
    { job: scrapeJobs.postgres, host: exporterNames.database, port: postgresMetricsPort },
    { job: scrapeJobs.redis, host: exporterNames.cache, port: redisMetricsPort },
    { job: scrapeJobs.prometheus, host: prometheus.name, port: prometheus.port },
    { job: scrapeJobs.grafana, host: grafana.name, port: grafana.port },
  ];
}

/** As in the cluster. What only a cluster has (nodes, pods, an ingress controller) gives no series here, and no alert. */
function ruleInput(platform: Platform, development: Development, targets: readonly StaticTarget[]): RuleContext {
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
