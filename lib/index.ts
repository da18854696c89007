/** The public API of the package. Everything else may change without notice. */

import type { Construct } from 'constructs';
import { Microservice, type ServiceProps } from './constructs/service/microservice';
import { backendApi } from './veza/services/backend-api';
import { chatServer } from './veza/services/chat-server';
import { streamServer } from './veza/services/stream-server';

export { ClusterChart, type ClusterChartProps } from './charts/cluster-chart';
export { EdgeChart, type EdgeChartProps } from './charts/edge-chart';
export { EnvironmentChart, type EnvironmentChartProps } from './charts/environment-chart';
export {
  DashboardsChart,
  type DashboardsChartProps,
  MonitoringChart,
  type MonitoringChartProps,
} from './charts/monitoring-chart';
export { OperatorChart, type OperatorChartProps } from './charts/operator-chart';
export type { VezaProject } from './cli/arguments';
export { runVeza } from './cli/program';
export { ConfigBundle, type ConfigBundleProps } from './constructs/config/config-bundle';
export { SecretBundle, type SecretBundleProps } from './constructs/config/secret-bundle';
export { DatabaseCluster, type DatabaseClusterProps } from './constructs/database-cluster/database-cluster';
export { ServiceRoute, type ServiceRouteProps } from './constructs/gateway/service-route';
export { ServiceIngress, type ServiceIngressProps } from './constructs/ingress/service-ingress';
export type {
  NamespacedProps,
  NamespaceScope,
  WorkloadIdentity,
  WorkloadProps,
} from './constructs/kubernetes/metadata';
export type { QuotaUsage } from './constructs/kubernetes/resources';
export { NamespaceLimits, type NamespaceLimitsProps } from './constructs/namespace/namespace-limits';
export {
  PlatformNamespace,
  type PlatformNamespaceProps,
  ServiceAccess,
  type ServiceAccessProps,
} from './constructs/namespace/platform-namespace';
export { Priorities, type PrioritiesProps } from './constructs/namespace/priorities';
export { NetworkPolicies, type NetworkPoliciesProps } from './constructs/network/network-policies';
export { Postgres, type PostgresProps } from './constructs/postgres/postgres';
export { Redis, type RedisProps } from './constructs/redis/redis';
export { ReplicatedRedis, type ReplicatedRedisProps } from './constructs/redis/replicated-redis';
export { Microservice, type MicroserviceProps, type ServiceProps } from './constructs/service/microservice';
export type { AddOn, AddOnAlert, AddOnCaller, AddOnContext, AddOnWorkload } from './platform/add-on';
export type {
  Connection,
  ConnectionPort,
  IpBlock,
  IpBlockPeer,
  NamespacePeer,
  Peer,
  WorkloadPeer,
} from './platform/connection';
export type {
  ApiServer,
  Environment,
  MonitoredEnvironment,
  OperatedEnvironment,
  ServiceSizing,
} from './platform/environment';
export { type Problem, ValidationError } from './platform/errors';
export type { ExternalObject } from './platform/external-objects';
export { definePlatform, type Platform, type ServiceName } from './platform/platform';
export { type PreviewOptions, type Previews, preview } from './platform/preview';
export type {
  ClientLimits,
  DatabaseAccess,
  Exposure,
  HealthPaths,
  ServiceContract,
  ServicePort,
  ServicePorts,
  SmokeRequest,
  WellKnownPeer,
} from './platform/service-contract';
export type { SecretValues } from './platform/service-settings';
export {
  type CacheFacts,
  type ConstantSetting,
  constant,
  type DatabaseFacts,
  type DerivedSetting,
  derived,
  fromCache,
  fromDatabase,
  integer,
  oneOf,
  type Setting,
  type SettingFacts,
  type SettingValue,
  type StatedSetting,
  serviceUrl,
  text,
} from './platform/service-settings';
export type { BackupSettings, BucketBackup, NoOffsiteBackup, OffsiteBackup } from './platform/settings/backup';
export type { Bucket } from './platform/settings/bucket';
export type {
  Cache,
  EphemeralCache,
  EvictionPolicy,
  InClusterCache,
  ManagedCache,
  OnePodCache,
  ReplicatedCache,
  SingleCache,
} from './platform/settings/cache';
export type {
  Database,
  DatabaseLogin,
  EphemeralDatabase,
  InClusterDatabase,
  ManagedDatabase,
  OnePodDatabase,
  SingleDatabase,
} from './platform/settings/database';
export type {
  ArchiveSettings,
  ClusterDatabase,
  ClusterStart,
  EmptyStart,
  RecoveredStart,
} from './platform/settings/database-cluster';
export type { DatabaseProcess, DatabaseServer } from './platform/settings/database-server';
export type { DeploymentSettings, Migration, MigrationJob, NoMigration } from './platform/settings/deployment';
export type {
  BothEdges,
  Edge,
  Entrance,
  GatewaySettings,
  IngressSettings,
  Proxies,
  ProxiesBesideGateway,
  ProxiesInNamespace,
  ProxiesOnNodes,
} from './platform/settings/edge';
export type {
  Extension,
  ObjectTarget,
  OutsidePeer,
  OwnServiceAccount,
  PodExtension,
  ServiceTarget,
} from './platform/settings/extensions';
export type { ExtraContainer, KubernetesFields } from './platform/settings/extra-container';
export type { PatchMove, PatchOperation, PatchRemoval, PatchValue } from './platform/settings/json-patch';
export type { Cluster, ClusterSettings } from './platform/settings/kubernetes';
export type {
  AlertmanagerSettings,
  BundledMonitoring,
  ExternalTargets,
  Monitoring,
  NodeSettings,
  NoMonitoring,
} from './platform/settings/monitoring';
export type { MonitoringGoals } from './platform/settings/objectives';
export type {
  ClusterAlerts,
  GrafanaOperatorDashboards,
  NoDashboards,
  OperatorAlerts,
  OperatorDashboards,
  OperatorMonitoring,
  ReceiverAlerts,
  ServerPods,
  SidecarDashboards,
} from './platform/settings/operator-monitoring';
export {
  defaultParameters,
  type PostgresParameters,
  postgresConf,
} from './platform/settings/postgres-parameters';
export type { PrioritySettings } from './platform/settings/priorities';
export type { PrometheusSettings, Retention } from './platform/settings/prometheus';
export type {
  EmailReceiver,
  PagerDutyReceiver,
  Receiver,
  Receivers,
  SlackReceiver,
  WebhookReceiver,
} from './platform/settings/receivers';
export type {
  AddressesDestination,
  AllMetrics,
  BasicAuthentication,
  BearerAuthentication,
  InternetDestination,
  NoAuthentication,
  OwnAuthority,
  PodsDestination,
  PublicAuthority,
  RemoteWrite,
  RemoteWriteAuthentication,
  RemoteWriteAuthority,
  RemoteWriteDestination,
  RemoteWriteMetrics,
  RemoteWriteReplicas,
  SomeMetrics,
} from './platform/settings/remote-write';
export type { ContainerResources, ResourceAmounts, ServerSettings, Storage } from './platform/settings/resources';
export type { AutomaticScaling, FixedScaling, Scaling } from './platform/settings/scaling';
export type {
  ExistingSecret,
  ExternalSecretSource,
  SecretFromValues,
  SecretSource,
} from './platform/settings/secret-source';
export type { SynthesizedFile } from './synth/manifest-files';
export type { ObjectChange } from './synth/object-changes';
export {
  type Measure,
  type SynthOptions,
  type SynthReport,
  synthesize,
} from './synth/synthesize';
export { cluster } from './veza/environments/cluster';
export { production } from './veza/environments/production';
export { staging } from './veza/environments/staging';
export { backendApi } from './veza/services/backend-api';
export { chatServer } from './veza/services/chat-server';
export { streamServer } from './veza/services/stream-server';
export { veza } from './veza/veza';

/** The Go API of the platform, as a construct for a chart of your own. */
export class BackendApi extends Microservice {
  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id, { ...props, contract: backendApi });
  }
}

/** The websocket chat of the platform, as a construct for a chart of your own. */
export class ChatServer extends Microservice {
  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id, { ...props, contract: chatServer });
  }
}

/** The streaming server of the platform, as a construct for a chart of your own. */
export class StreamServer extends Microservice {
  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id, { ...props, contract: streamServer });
  }
}
export type { GatewayName } from './constructs/gateway/implementation';
export type { Dashboard } from './constructs/monitoring/dashboards/dashboard';
export type { GrafanaDashboardsProps } from './constructs/monitoring/grafana-dashboards';
export type { PodSecurityLevel } from './constructs/namespace/platform-namespace';
export type { ConfigFileKey, SecretKey } from './constructs/postgres/postgres-volumes';
export type { ServiceLogin } from './constructs/service/service-pod';
export type {
  ActingAccess,
  LoginRole,
  MakerAccess,
  OwnerAccess,
  RoleAccess,
  ServiceRoleAccess,
} from './platform/database-roles';
export type { Development } from './platform/development';
export type { KnownPeers } from './platform/platform';
export { wellKnownPeers } from './platform/service-contract';
export type { StatedValues } from './platform/service-settings';
export { evictionPolicies } from './platform/settings/cache';
export type {
  AuthorityFile,
  OwnCertificate,
  ServerCertificate,
  SignedCertificate,
  UnverifiedCertificate,
  VerifiedCertificate,
} from './platform/settings/database';
export {
  allGitOpsTools,
  type Delivery,
  deliveries,
  type GitOpsSource,
  type GitOpsTool,
} from './platform/settings/deployment';
export type {
  Admission,
  AdmissionPolicies,
  DenyingAdmission,
  KubernetesSettings,
  NoAdmission,
  WarningAdmission,
} from './platform/settings/kubernetes';
export {
  type BucketLogStore,
  type CollectorSettings,
  type LogLevel,
  type LogRetention,
  type LogStore,
  type Logs,
  type LokiLogs,
  logLevels,
  type NoLogs,
  type ShorterRetention,
  type VolumeLogStore,
} from './platform/settings/logs';
export type { ExternalUrls } from './platform/settings/monitoring';
export type { RemoteWriteQueue } from './platform/settings/remote-write-queue';
export type {
  PanicStyle,
  ScrubbedField,
  ScrubbedPrefix,
  ScrubPattern,
  ServiceLogs,
} from './platform/settings/service-logs';
export type {
  CountedIndicator,
  FailedEvents,
  Indicator,
  ResponseTime,
  ServiceMetric,
  ServiceMetrics,
  TimedIndicator,
} from './platform/settings/service-metrics';
