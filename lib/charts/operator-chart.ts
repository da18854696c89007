import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { SecretBundle } from '../constructs/config/secret-bundle';
import { addCustomObject } from '../constructs/kubernetes/custom-object';
import { makePlatformMetadata } from '../constructs/kubernetes/metadata';
import { ObjectChart } from '../constructs/kubernetes/object-chart';
import { buildDashboards } from '../constructs/monitoring/dashboards/dashboards';
import { LogsDataSource, SharedDashboards } from '../constructs/monitoring/grafana-dashboards';
import { listAlertmanagerKeys, nameMonitoringSecret } from '../constructs/monitoring/monitoring-secrets';
import { makeAlertmanagerConfig } from '../constructs/monitoring/operator/alertmanager-config';
import { makePodMonitors, makePublicProbe } from '../constructs/monitoring/operator/monitors';
import type { MonitoredJob } from '../constructs/monitoring/rules/rule';
import { makeRuleGroups } from '../constructs/monitoring/rules/rule-groups';
import { scrapeJobs } from '../constructs/monitoring/scrape-endpoints';
import { listLogTargets, listPodTargets, type PlatformTargets } from '../constructs/monitoring/scraping/pod-jobs';
import { type Environment, isOperated, type OperatedEnvironment } from '../platform/environment';
import { ValidEnvironment } from '../platform/environment-validation';
import { ValidationError } from '../platform/errors';
import type { Platform } from '../platform/platform';
import { makeNamespaceScope } from './environment-namespaces';
import { makeDashboardInput, makeRuleInput } from './monitoring-inputs';
import { listPlatformTargets } from './scrape-targets';

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
    if (!isOperated(environment)) throw new ValidationError([describeNotOperated(environment)]);
    const namespaceScope = makeNamespaceScope(platform, environment);
    const metadata = (name: string, namespace = namespaceScope.namespace) =>
      labelForOperator(environment, makePlatformMetadata({ ...namespaceScope, namespace }, name));
    const targets = listPlatformTargets(platform, environment);
    for (const { name, namespace, spec } of makePodMonitors(targets)) {
      addCustomObject(this, `pods-${name}`, 'PodMonitor', metadata(name, namespace), spec);
    }
    for (const { name, spec } of makePublicProbe(targets)) {
      addCustomObject(this, `probe-${name}`, 'Probe', metadata(name), spec);
    }
    for (const group of makeRuleGroups(makeRuleInput(platform, environment, listOperatedJobs(targets)))) {
      const name = `${platform.name}-${group.name}`;
      addCustomObject(this, `rules-${group.name}`, 'PrometheusRule', metadata(name), { groups: [group] });
    }
    this.addReceivers(platform, environment, metadata(platform.name));
  }

  private addReceivers(platform: Platform, environment: OperatedEnvironment, metadata: k8s.ObjectMeta): void {
    const { alerts } = environment.monitoring;
    if (alerts.kind === 'cluster') return;
    const secrets = new SecretBundle(this, 'secrets', {
      namespaceScope: makeNamespaceScope(platform, environment),
      name: nameMonitoringSecret(platform.name),
      keys: listAlertmanagerKeys(alerts.receivers),
      source: alerts.secrets,
    });
    const spec = makeAlertmanagerConfig(environment.name, alerts.receivers, secrets);
    addCustomObject(this, 'receivers', 'AlertmanagerConfig', metadata, spec);
  }
}

/** The dashboards of an environment for a Grafana of the cluster; they are long, so they have a file of their own. */
export class SharedDashboardsChart extends ObjectChart {
  constructor(scope: Construct, id: string, { platform, environment }: OperatedPlatform) {
    super(scope, id, { disableResourceNameHashes: true });
    const { dashboards: found } = environment.monitoring;
    if (found.kind === 'none') return;
    const namespaceScope = makeNamespaceScope(platform, environment);
    const shared = { namespaceScope, dashboards: buildDashboards(makeDashboardInput(platform, environment)), found };
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
function listOperatedJobs(targets: PlatformTargets): MonitoredJob[] {
  const { namespace, probes } = targets;
  return [
    ...[...listPodTargets(targets), ...listLogTargets(targets)].map((target) => ({
      name: target.job,
      namespace: target.namespace,
    })),
    ...(probes.length > 0 ? [{ name: scrapeJobs.blackbox, namespace }] : []),
  ];
}

function describeNotOperated({ name, monitoring }: Environment): string {
  return `${name}.monitoring.kind: "${monitoring.kind}": is not monitored by an operator; state operator, or make no OperatorChart`;
}
