import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { SecretBundle } from '../constructs/config/secret-bundle';
import { addCustomObject } from '../constructs/kubernetes/custom-object';
import { platformMetadata } from '../constructs/kubernetes/metadata';
import { ObjectChart } from '../constructs/kubernetes/object-chart';
import { buildDashboards } from '../constructs/monitoring/dashboards/dashboards';
import { LogsDataSource, SharedDashboards } from '../constructs/monitoring/grafana-dashboards';
import { alertmanagerKeys, monitoringSecretName } from '../constructs/monitoring/monitoring-secrets';
import { alertmanagerConfig } from '../constructs/monitoring/operator/alertmanager-config';
import { podMonitors, publicProbe } from '../constructs/monitoring/operator/monitors';
import type { MonitoredJob } from '../constructs/monitoring/rules/rule';
import { ruleGroups } from '../constructs/monitoring/rules/rule-groups';
import { scrapeJobs } from '../constructs/monitoring/scrape-endpoints';
import { logTargets, type PlatformTargets, podTargets } from '../constructs/monitoring/scraping/pod-jobs';
import { type Environment, isOperated, type OperatedEnvironment } from '../platform/environment';
import { ValidEnvironment } from '../platform/environment-validation';
import { ValidationError } from '../platform/errors';
import type { Platform } from '../platform/platform';
import { namespaceScopeOf } from './environment-namespaces';
import { dashboardInput, ruleInput } from './monitoring-inputs';
import { platformTargets } from './scrape-targets';

/** Properties of an `OperatorChart`. */
export interface OperatorChartProps<P extends Platform> {
  /** The platform whose services are monitored. */
  readonly platform: P;
  /** The environment that servers of the cluster monitor. */
  readonly environment: Environment<P>;
}

/**
 * What an environment states for a Prometheus of the cluster: its targets, rules and receivers, in its own namespaces.
 * @throws ValidationError that names everything that is wrong in the environment
 */
export class OperatorChart<P extends Platform = Platform> extends ObjectChart {
  constructor(scope: Construct, id: string, props: OperatorChartProps<P>) {
    super(scope, id, { disableResourceNameHashes: true });
    const { platform, environment } = ValidEnvironment.of(props);
    if (!isOperated(environment)) throw new ValidationError([notOperated(environment)]);
    const namespaceScope = namespaceScopeOf(platform, environment);
    const metadata = (name: string, namespace = namespaceScope.namespace) =>
      labelForOperator(environment, platformMetadata({ ...namespaceScope, namespace }, name));
    const targets = platformTargets(platform, environment);
    for (const { name, namespace, spec } of podMonitors(targets)) {
      addCustomObject(this, `pods-${name}`, 'PodMonitor', metadata(name, namespace), spec);
    }
    for (const { name, spec } of publicProbe(targets)) {
      addCustomObject(this, `probe-${name}`, 'Probe', metadata(name), spec);
    }
    for (const group of ruleGroups(ruleInput(platform, environment, operatedJobs(targets)))) {
      const name = `${platform.name}-${group.name}`;
      addCustomObject(this, `rules-${group.name}`, 'PrometheusRule', metadata(name), { groups: [group] });
    }
    this.addReceivers(platform, environment, metadata(platform.name));
  }

  private addReceivers(platform: Platform, environment: OperatedEnvironment, metadata: k8s.ObjectMeta): void {
    const { alerts } = environment.monitoring;
    if (alerts.kind === 'cluster') return;
    const secrets = new SecretBundle(this, 'secrets', {
      namespaceScope: namespaceScopeOf(platform, environment),
      name: monitoringSecretName(platform.name),
      keys: alertmanagerKeys(alerts.receivers),
      source: alerts.secrets,
    });
    const spec = alertmanagerConfig(environment.name, alerts.receivers, secrets);
    addCustomObject(this, 'receivers', 'AlertmanagerConfig', metadata, spec);
  }
}

/** The dashboards of an environment for a Grafana of the cluster; they are long, so they have a file of their own. */
export class SharedDashboardsChart extends ObjectChart {
  constructor(scope: Construct, id: string, { platform, environment }: OperatedPlatform) {
    super(scope, id, { disableResourceNameHashes: true });
    const { dashboards: found } = environment.monitoring;
    if (found.kind === 'none') return;
    const namespaceScope = namespaceScopeOf(platform, environment);
    const shared = { namespaceScope, dashboards: buildDashboards(dashboardInput(platform, environment)), found };
    new SharedDashboards(this, 'dashboards', shared);
    if (environment.logs.kind !== 'none') new LogsDataSource(this, 'logs', { namespaceScope, found });
  }
}

/** A platform, and an environment of it that servers of the cluster monitor. */
interface OperatedPlatform {
  readonly platform: Platform;
  readonly environment: OperatedEnvironment;
}

/** Metadata with the labels by which the operator selects objects. */
function labelForOperator({ monitoring }: OperatedEnvironment, metadata: k8s.ObjectMeta): k8s.ObjectMeta {
  return { ...metadata, labels: { ...metadata.labels, ...monitoring.labels } };
}

/** The jobs that always have a target. */
function operatedJobs(targets: PlatformTargets): MonitoredJob[] {
  const { namespace, probes } = targets;
  return [
    ...[...podTargets(targets), ...logTargets(targets)].map((target) => ({
      name: target.job,
      namespace: target.namespace,
    })),
    ...(probes.length > 0 ? [{ name: scrapeJobs.blackbox, namespace }] : []),
  ];
}

function notOperated({ name, monitoring }: Environment): string {
  return `${name}.monitoring.kind: "${monitoring.kind}": is not monitored by an operator; state operator, or make no OperatorChart`;
}
