import type { DashboardInput } from '../constructs/monitoring/dashboards/dashboards';
import type { MonitoredJob, MonitoringServers, RuleContext } from '../constructs/monitoring/rules/rule';
import {
  chooseServersNamespace,
  listCertificateNamespaces,
  type MonitoredEnvironment,
  nameLogsNamespace,
  type OperatedEnvironment,
} from '../platform/environment';
import type { Platform } from '../platform/platform';
import type { Database } from '../platform/settings/database';
import { findGateway } from '../platform/settings/edge';
import { computeObjectiveRatio } from '../platform/settings/objectives';
import { nameServiceWorkload } from '../platform/workload-names';
import { listAddOnAlerts } from './add-ons';

/** An environment that some Prometheus watches. */
type WatchedEnvironment = MonitoredEnvironment | OperatedEnvironment;

/** Input of the dashboards of an environment. */
export function makeDashboardInput(platform: Platform, environment: WatchedEnvironment): DashboardInput {
  const { database, cache, monitoring, logs } = environment;
  const objectives: Readonly<Record<string, number>> = monitoring.objectives;
  return {
    services: platform.services.map((contract) => ({
      contract,
      workload: nameServiceWorkload(platform.name, contract.name),
      objective: computeObjectiveRatio(objectives[contract.name] ?? Number.NaN),
    })),
    database: {
      kind: database.kind,
      name: database.name,
      backup: describeBackup(database),
      cluster: describeCluster(database),
    },
    cache: { kind: cache.kind },
    logs: logs.kind === 'none' ? 'none' : 'collected',
    servers: describeMonitoringServers(environment),
    gateway: findObservedGateway(environment),
  };
}

function describeMonitoringServers({ name, namespace, monitoring }: WatchedEnvironment): MonitoringServers {
  if (monitoring.kind === 'bundled') return { kind: 'own' };
  const { alerts } = monitoring;
  const deadMansSwitch = alerts.kind === 'cluster' ? 'none' : alerts.receivers.deadMansSwitch;
  return { kind: 'shared', environment: name, namespace, deadMansSwitch };
}

/**
 * Input of the rules of an environment.
 * @param jobs every scrape job that always has a target, since one without a target is an alert
 */
export function makeRuleInput(
  platform: Platform,
  environment: WatchedEnvironment,
  jobs: readonly MonitoredJob[],
): RuleContext {
  const { namespace, monitoring } = environment;
  return {
    ...makeDashboardInput(platform, environment),
    namespace,
    monitoringNamespace: chooseServersNamespace(environment),
    logsNamespace: nameLogsNamespace(namespace),
    certificateNamespaces: listCertificateNamespaces(environment),
    jobs,
    addOns: listAddOnAlerts(platform, environment),
    sendsSamples: monitoring.kind === 'bundled' && monitoring.remoteWrite.length > 0,
    runbookBaseUrl: monitoring.runbookBaseUrl,
  };
}

function describeBackup(database: Database): RuleContext['database']['backup'] {
  if (!('backup' in database)) return 'none';
  const { maxAgeHours, offsite } = database.backup;
  return { maxAgeHours, isCopied: offsite.kind === 'bucket' };
}

function describeCluster(database: Database): RuleContext['database']['cluster'] {
  if (database.kind !== 'cluster') return 'none';
  const { cluster, instances, archive } = database;
  return { name: cluster, instances, maxAgeHours: archive.maxAgeHours };
}

/** Servers of the cluster do not scrape the proxies for an environment. */
function findObservedGateway({ edge, monitoring }: WatchedEnvironment): DashboardInput['gateway'] {
  const isScraped = monitoring.kind === 'bundled' && monitoring.externalTargets.gateway !== 'none';
  return isScraped ? (findGateway(edge)?.implementation ?? 'none') : 'none';
}
