/** The public API: what a platform of one's own is built from. Everything else may change without notice. */
export type { BackupSettings, BucketBackup, NoOffsiteBackup, OffsiteBackup } from './backup/backup-settings';
export { ConfigBundle, type ConfigBundleProps } from './bundles/config-bundle';
export { SecretBundle, type SecretBundleProps } from './bundles/secret-bundle';
export type { ExistingSecret, ExternalSecretSource, SecretFromValues, SecretSource } from './bundles/secret-source';
export type { SecretValues } from './bundles/secret-values';
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
} from './bundles/settings';
export { ClusterChart, type ClusterChartProps } from './charts/cluster-chart';
export { EnvironmentChart, type EnvironmentChartProps } from './charts/environment-chart';
export { MonitoringChart, type MonitoringChartProps } from './charts/monitoring-chart';
export { runSynth, type SynthInput } from './commands/synth';
export type { Cache, EvictionPolicy, InClusterCache, ManagedCache } from './data/cache';
export type { Database, DatabaseLogin, InClusterDatabase, ManagedDatabase } from './data/database';
export { Postgres, type PostgresProps } from './data/postgres';
export { guideParameters, type PostgresParameters, postgresConf } from './data/postgres-parameters';
export { Redis, type RedisProps } from './data/redis';
export type { Storage } from './data/storage';
export { ExposedService, type ExposedServiceProps } from './edge/exposed-service';
export type { IngressSettings } from './edge/ingress-settings';
export { type Cluster, type ClusterSettings, cluster } from './environments/cluster';
export type { DeploymentSettings, Migration, MigrationJob, NoMigration } from './environments/deployment-settings';
export type { ApiServer, Environment, EnvironmentMonitoring, ServiceSizing } from './environments/environment';
export type { ExternalObject } from './environments/external-objects';
export { production } from './environments/production';
export { staging } from './environments/staging';
export type { Home, WorkloadIdentity } from './kubernetes/metadata';
export type { PodDemand } from './kubernetes/pod-demand';
export type { ContainerResources, ResourceAmounts } from './kubernetes/resources';
export type {
  EmailReceiver,
  PagerDutyReceiver,
  Receiver,
  Receivers,
  SlackReceiver,
  WebhookReceiver,
} from './monitoring/alerting/receivers';
export type {
  AlertmanagerSettings,
  ForeignServices,
  MonitoringSettings,
  NodeSettings,
  PrometheusSettings,
  Retention,
  ServerSettings,
} from './monitoring/monitoring-settings';
export { NamespaceLimits, type NamespaceLimitsProps } from './namespace/namespace-limits';
export { PlatformNamespace, type PlatformNamespaceProps } from './namespace/platform-namespace';
export { Priorities, type PrioritiesProps, type PrioritySettings } from './namespace/priorities';
export { ServiceAccess, type ServiceAccessProps } from './namespace/service-access';
export type {
  AddressBlock,
  Connection,
  ConnectionPort,
  NamespaceParty,
  NetworkParty,
  Party,
  WorkloadParty,
} from './network/connection';
export { NetworkPolicies, type NetworkPoliciesProps } from './network/network-policies';
export { definePlatform, type Platform, type ServiceName } from './platform';
export { InputError, type Problem } from './problems';
export { BackendApi, backendApi } from './services/backend-api';
export { ChatServer, chatServer } from './services/chat-server';
export type {
  Exposure,
  HealthPaths,
  ServiceContract,
  ServicePort,
  ServicePorts,
  SmokeRequest,
  WellKnownPeer,
} from './services/contract';
export { Microservice, type MicroserviceProps, type ServiceProps } from './services/microservice';
export type { AutomaticScaling, FixedScaling, Scaling } from './services/scaling';
export type {
  CountedIndicator,
  FailedEvents,
  Indicator,
  ResponseTime,
  ServiceMetric,
  ServiceMetrics,
  TimedIndicator,
} from './services/service-metrics';
export { StreamServer, streamServer } from './services/stream-server';
export { type SynthesizedFile, type SynthOptions, type SynthReport, synthesize } from './synth';
export { veza } from './veza';
