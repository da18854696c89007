import { backupMetricsPort } from '../backup/backup-workloads';
import type { Database } from '../data/database';
import { postgresMetricsPort } from '../data/postgres-helpers';
import { redisMetricsPort } from '../data/redis';
import type { Environment } from '../environments/environment';
import { monitoringNamespace } from '../environments/environment';
import { selectorLabels } from '../kubernetes/metadata';
import { receiverPorts } from '../monitoring/alerting/receivers';
import { outsidePorts } from '../monitoring/endpoints';
import { jobs } from '../monitoring/jobs';
import type { MonitoringGraphInput } from '../monitoring/monitoring-graph';
import { objectiveRatio } from '../monitoring/monitoring-settings';
import type { RuleInput } from '../monitoring/rules/rule-input';
import { type ScrapeInput, scrapeConfigs } from '../monitoring/scraping/scrape-configs';
import type { Endpoint } from '../network/connection-graph';
import { addresses, namespacePods, tcp } from '../network/parties';
import type { Platform } from '../platform';
import { serviceWorkload } from '../services/microservice';
import { gateways, kubernetesApi } from './environment-connections';

/** A workload of the platform that is scraped. */
interface ScrapedWorkload {
  readonly name: string;
  readonly metricsPort: number;
}

/** What Prometheus of an environment scrapes. */
export function scrapeInput(platform: Platform, environment: Environment): ScrapeInput {
  const { namespace, domain, monitoring } = environment;
  return {
    namespace,
    monitoringNamespace: monitoringNamespace(namespace),
    services: services(platform).map(({ name }) => name),
    stores: stores(environment).map(({ name }) => name),
    probes: platform.services.flatMap(({ exposure, health }) =>
      exposure === 'internal' ? [] : [`https://${exposure.subdomain}.${domain}${health.live}`],
    ),
    kubeletCertificates: monitoring.nodes.kubeletCertificates,
    foreign: monitoring.foreign,
  };
}

/** What the rules and dashboards of an environment are made from. */
export function ruleInput(platform: Platform, environment: Environment): RuleInput {
  const { namespace, database, cache, monitoring } = environment;
  const objectives: Readonly<Record<string, number>> = monitoring.objectives;
  const scraped = scrapeConfigs(scrapeInput(platform, environment)).map(({ job_name }) => job_name);
  return {
    namespace,
    monitoringNamespace: monitoringNamespace(namespace),
    services: platform.services.map((contract) => ({
      contract,
      workload: serviceWorkload(platform.name, contract.name),
      objective: objectiveRatio(objectives[contract.name] ?? Number.NaN),
    })),
    database: { kind: database.kind, name: database.name, backup: observedBackup(database) },
    cache: { kind: cache.kind },
    // Pods may ask to be scraped, or none may: that alone is no fault.
    jobs: scraped.filter((job) => job !== jobs.pods),
    runbookBaseUrl: monitoring.runbookBaseUrl,
  };
}

function observedBackup(database: Database): RuleInput['database']['backup'] {
  if (database.kind === 'managed') return 'none';
  const { maxAgeHours, offsite } = database.backup;
  return { maxAgeHours, isCopied: offsite.kind === 'bucket' };
}

/** Whom the pods of the monitoring talk to. */
export function monitoringGraphInput(platform: Platform, environment: Environment): MonitoringGraphInput {
  const { namespace, apiServer, ingress, monitoring } = environment;
  const workloads = [...services(platform), ...stores(environment)];
  return {
    targets: [
      ...workloads.map(({ name, metricsPort }) => ({
        party: namespacePods(name, namespace, selectorLabels({ name })),
        ports: [tcp(metricsPort)],
      })),
      {
        party: addresses('nodes', monitoring.nodes.cidrs),
        ports: [tcp(outsidePorts.kubelet), tcp(outsidePorts.nodeExporter)],
      },
      ...foreignTargets(environment),
    ],
    kubernetesApi: kubernetesApi(apiServer),
    gossip: monitoring.alertmanager.replicas > 1,
    receiverPorts: receiverPorts(monitoring.receivers),
    gateways: gateways(ingress),
  };
}

function services(platform: Platform): ScrapedWorkload[] {
  return platform.services.map(({ name, ports }) => ({
    name: serviceWorkload(platform.name, name),
    metricsPort: ports.metrics,
  }));
}

/** Stores that run in the cluster. Whoever runs another one watches it too. */
function stores({ database, cache }: Environment): ScrapedWorkload[] {
  return [
    ...(database.kind === 'in-cluster'
      ? [
          { name: jobs.postgres, metricsPort: postgresMetricsPort },
          { name: jobs.backup, metricsPort: backupMetricsPort },
        ]
      : []),
    ...(cache.kind === 'in-cluster' ? [{ name: jobs.redis, metricsPort: redisMetricsPort }] : []),
  ];
}

/** The ingress controller's pods by namespace or node; cert-manager's by the namespace that their Service's name has. */
function foreignTargets({ ingress, monitoring: { foreign } }: Environment): Endpoint[] {
  const certManager = foreign.certManager.split('.')[1];
  return [
    ...(foreign.ingressNginx === 'none'
      ? []
      : gateways(ingress).map((party) => ({ party, ports: [tcp(outsidePorts.ingressNginx)] }))),
    ...(certManager === undefined
      ? []
      : [{ party: namespacePods('cert-manager', certManager), ports: [tcp(outsidePorts.certManager)] }]),
  ];
}
