import type { Construct } from 'constructs';
import { SecretBundle } from '../constructs/config/secret-bundle';
import type { NamespaceScope, WorkloadProps } from '../constructs/kubernetes/metadata';
import { ObjectChart } from '../constructs/kubernetes/object-chart';
import { Loki } from '../constructs/logs/loki';
import { Alertmanager } from '../constructs/monitoring/alertmanager';
import { BlackboxExporter } from '../constructs/monitoring/blackbox-exporter';
import { listLokiConnections, listMonitoringConnections } from '../constructs/monitoring/connections';
import type { Dashboard } from '../constructs/monitoring/dashboards/dashboard';
import { buildDashboards } from '../constructs/monitoring/dashboards/dashboards';
import { Grafana } from '../constructs/monitoring/grafana';
import { GrafanaDashboards, type GrafanaDashboardsProps } from '../constructs/monitoring/grafana-dashboards';
import { KubeStateMetrics } from '../constructs/monitoring/kube-state-metrics';
import { MonitoringAccess, NodeAccess } from '../constructs/monitoring/monitoring-access';
import { listMonitoringSecretKeys, nameMonitoringSecret } from '../constructs/monitoring/monitoring-secrets';
import { Prometheus, rulesFolder } from '../constructs/monitoring/prometheus';
import { makeRemoteWriteConfiguration, remoteWriteFolders } from '../constructs/monitoring/remote-write';
import type { RuleContext } from '../constructs/monitoring/rules/rule';
import { makeRuleGroups } from '../constructs/monitoring/rules/rule-groups';
import {
  makeScrapeConfigs,
  writePrometheusConfiguration,
} from '../constructs/monitoring/scraping/prometheus-configuration';
import { NamespaceLimits } from '../constructs/namespace/namespace-limits';
import { PriorityClass } from '../constructs/namespace/priorities';
import { NetworkPolicies } from '../constructs/network/network-policies';
import type { Connection } from '../platform/connection';
import {
  type Environment,
  isBundled,
  listEnvironmentNamespaces,
  type MonitoredEnvironment,
  nameLogsNamespace,
  nameMonitoringNamespace,
} from '../platform/environment';
import { ValidEnvironment } from '../platform/environment-validation';
import { ValidationError } from '../platform/errors';
import type { Platform } from '../platform/platform';
import { decidePublicCertificates } from '../platform/settings/edge';
import { writeYaml } from '../platform/yaml';
import { addNamespace } from './environment-namespaces';
import { describeExtendedServers, extendUsages } from './extension-effects';
import { makeDashboardInput, makeRuleInput } from './monitoring-inputs';
import { listOwnJobs, makeMonitoringGraphInput, makeScrapeInput } from './scrape-targets';

/** Properties of a `MonitoringChart`. */
export interface MonitoringChartProps<P extends Platform> {
  /** The platform whose services are monitored. */
  readonly platform: P;
  /** The environment that is monitored, by servers of its own. */
  readonly environment: Environment<P>;
}

/** Properties that all servers of the monitoring have. */
interface Shared extends WorkloadProps {
  readonly secrets: SecretBundle;
}

/**
 * Prometheus, Alertmanager, Grafana and exporters of one environment, in a namespace of their own.
 * @throws ValidationError that names everything that is wrong in the environment
 */
export class MonitoringChart<P extends Platform = Platform> extends ObjectChart {
  /** Every connection that the network policies allow. */
  readonly connections: readonly Connection[];
  /** Namespace that the monitoring runs in, and the labels of its objects. */
  readonly namespaceScope: NamespaceScope;
  /** Dashboards that Grafana mounts. A `DashboardsChart` makes their ConfigMaps. */
  readonly dashboards: readonly Dashboard[];

  constructor(scope: Construct, id: string, props: MonitoringChartProps<P>) {
    super(scope, id, { disableResourceNameHashes: true });
    const { platform, environment } = ValidEnvironment.of(props);
    if (!isBundled(environment)) throw new ValidationError([describeNotBundled(environment)]);
    const namespace = nameMonitoringNamespace(environment.namespace);
    const namespaceScope = addNamespace(this, platform, environment, 'restricted', namespace);
    this.namespaceScope = namespaceScope;
    this.dashboards = buildDashboards(makeDashboardInput(platform, environment));

    new MonitoringAccess(this, 'access', { namespaceScope, monitoringNamespace: namespace });
    new NodeAccess(this, 'node-access', { namespaceScope });
    const workloads = this.addWorkloads(platform, environment, {
      namespaceScope,
      priorityClassName: this.addPriority(namespaceScope, environment.monitoring.priority),
      secrets: new SecretBundle(this, 'secrets', {
        namespaceScope,
        name: nameMonitoringSecret(platform.name),
        keys: listMonitoringSecretKeys(environment.monitoring),
        source: environment.monitoring.secrets,
      }),
    });

    const { pods, connections } = describeExtendedServers(platform, environment, namespace, [
      ...listMonitoringConnections(makeMonitoringGraphInput(platform, environment)),
      ...listLogConnections(environment),
    ]);
    this.connections = connections;
    const quotaUsages = extendUsages(
      workloads.map(({ quotaUsage }) => quotaUsage),
      pods,
    );
    const guards = [
      new NetworkPolicies(this, 'network', { namespaceScope, connections: this.connections }),
      new NamespaceLimits(this, 'limits', { namespaceScope, quotaUsages }),
    ];
    // Applied before the first pod, so that no pod ever runs without them.
    for (const workload of workloads) workload.node.addDependency(...guards);
  }

  /** The value is part of the name, because the value of a PriorityClass cannot be changed. */
  private addPriority(namespaceScope: NamespaceScope, value: number): string {
    const { namespace } = namespaceScope;
    const name = `${namespace}-${value}`;
    new PriorityClass(this, 'priority', { namespaceScope, name, value, description: `Pods of ${namespace}.` });
    return name;
  }

  private addWorkloads(platform: Platform, environment: MonitoredEnvironment, shared: Shared) {
    const { name, namespace, edge, monitoring, logs } = environment;
    const { prometheus, alertmanager, grafana, receivers, remoteWrite, externalUrls: urls } = monitoring;
    const scrapes = makeScrapeConfigs(makeScrapeInput(platform, environment));
    const configuration = writePrometheusConfiguration({
      environment: name,
      namespace,
      monitoringNamespace: shared.namespaceScope.namespace,
      rulesFolder,
      scrapeConfigs: scrapes,
      remoteWrite: makeRemoteWriteConfiguration(remoteWrite, remoteWriteFolders),
    });
    return [
      new Prometheus(this, 'prometheus', {
        ...shared,
        settings: prometheus,
        externalUrl: urls.prometheus,
        configuration,
        rules: writeRuleFiles(makeRuleInput(platform, environment, listOwnJobs(scrapes))),
        remoteWrite,
      }),
      new Alertmanager(this, 'alertmanager', {
        ...shared,
        settings: alertmanager,
        externalUrl: urls.alertmanager,
        receivers,
      }),
      new Grafana(this, 'grafana', {
        ...shared,
        settings: grafana,
        externalUrl: urls.grafana,
        dashboards: this.dashboards,
        logs: logs.kind === 'none' ? 'none' : 'collected',
      }),
      new KubeStateMetrics(this, 'kube-state-metrics', {
        ...shared,
        namespaces: listEnvironmentNamespaces(environment),
      }),
      new BlackboxExporter(this, 'blackbox-exporter', {
        ...shared,
        publicCertificates: decidePublicCertificates(edge),
      }),
      ...(logs.kind === 'none' ? [] : [new Loki(this, 'loki', { ...shared, settings: logs })]),
    ];
  }
}

function describeNotBundled({ name, monitoring }: Environment): string {
  return `${name}.monitoring.kind: "${monitoring.kind}": has no servers; state bundled, or make no MonitoringChart`;
}

function listLogConnections({ namespace, logs }: Environment): Connection[] {
  return logs.kind === 'none' ? [] : listLokiConnections(logs.store, nameLogsNamespace(namespace));
}

/** One rule file for each group, so that a diff shows which group changed. */
function writeRuleFiles(input: RuleContext): Record<string, string> {
  return Object.fromEntries(
    makeRuleGroups(input).map((group) => [`${group.name}.yaml`, writeYaml({ groups: [group] })]),
  );
}

/** Properties of a `DashboardsChart`: the namespace and the dashboards of a `MonitoringChart`, which has both. */
export type DashboardsChartProps = GrafanaDashboardsProps;

/**
 * The dashboards that the Grafana of a `MonitoringChart` mounts.
 * They are a chart of their own because they are long: a change of an alert rule would be lost between them.
 * Grafana's pod waits until these ConfigMaps exist.
 */
export class DashboardsChart extends ObjectChart {
  constructor(scope: Construct, id: string, props: DashboardsChartProps) {
    super(scope, id, { disableResourceNameHashes: true });
    new GrafanaDashboards(this, 'dashboards', props);
  }
}
