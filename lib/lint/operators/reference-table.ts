/** A reference of a kind of an operator to another object. */
export interface ObjectReference {
  /** Types of the objects that state it. */
  readonly from: readonly string[];
  /** Path to the name, or to a mapping with the fields `name`, `kind` and `namespace`. */
  readonly path: string;
  /** Type that is meant, by the kind that is stated; the first is the default. */
  readonly to: readonly string[];
  /** Group that the reference may state instead of its default, which then is another tool's. */
  readonly group?: string;
  /** How a text names objects. @default - it is the name */
  readonly notation?: 'traefik';
}

const certManager = 'cert-manager.io';
const issuers = ['Issuer.cert-manager.io', 'ClusterIssuer.cert-manager.io'];
const certified = ['Ingress.networking.k8s.io', 'Gateway.gateway.networking.k8s.io'];
const cnpg = 'postgresql.cnpg.io';
const kafka = 'kafka.strimzi.io';
const rollout = ['Rollout.argoproj.io'];
const traefik = 'traefik.ingress.kubernetes.io';
const middlewares = ['Middleware.traefik.io'];
const stores = ['SecretStore.external-secrets.io', 'ClusterSecretStore.external-secrets.io'];
const servers = ['Alertmanager', 'Prometheus', 'PrometheusAgent', 'ThanosRuler'].map(
  (kind) => `${kind}.monitoring.coreos.com`,
);

const gatewayApi = 'gateway.networking.k8s.io';
const policyTargets = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute', 'Gateway', 'ListenerSet'].map(
  (kind) => `${kind}.${gatewayApi}`,
);
const trafficPolicies = [
  ...['BackendTrafficPolicy', 'ClientTrafficPolicy', 'EnvoyExtensionPolicy', 'SecurityPolicy'].map(
    (kind) => `${kind}.gateway.envoyproxy.io`,
  ),
  ...['ClientSettingsPolicy', 'ObservabilityPolicy', 'ProxySettingsPolicy', 'RateLimitPolicy'].map(
    (kind) => `${kind}.gateway.nginx.org`,
  ),
];

/** References between objects of operators, of which the fields are from their API references. */
export const objectReferences: readonly ObjectReference[] = [
  { from: [`Certificate.${certManager}`], path: 'spec.issuerRef', to: issuers, group: certManager },
  {
    from: ['ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io'],
    path: 'spec.policyName',
    to: ['ValidatingAdmissionPolicy.admissionregistration.k8s.io'],
  },
  { from: certified, path: 'metadata.annotations[cert-manager.io/issuer]', to: ['Issuer.cert-manager.io'] },
  {
    from: certified,
    path: 'metadata.annotations[cert-manager.io/cluster-issuer]',
    to: ['ClusterIssuer.cert-manager.io'],
  },
  {
    from: ['Backup', 'Database', 'Pooler', 'Publication', 'ScheduledBackup', 'Subscription'].map(
      (kind) => `${kind}.${cnpg}`,
    ),
    path: 'spec.cluster',
    to: [`Cluster.${cnpg}`],
  },
  {
    from: [`Cluster.${cnpg}`],
    path: 'spec.plugins[].parameters.barmanObjectName',
    to: ['ObjectStore.barmancloud.cnpg.io'],
  },
  {
    from: ['KafkaNodePool', 'KafkaRebalance', 'KafkaTopic', 'KafkaUser'].map((kind) => `${kind}.${kafka}`),
    path: 'metadata.labels[strimzi.io/cluster]',
    to: [`Kafka.${kafka}`],
  },
  { from: [`KafkaConnector.${kafka}`], path: 'metadata.labels[strimzi.io/cluster]', to: [`KafkaConnect.${kafka}`] },
  {
    from: ['ScaledObject.keda.sh', 'ScaledJob.keda.sh'],
    path: 'spec.triggers[].authenticationRef',
    to: ['TriggerAuthentication.keda.sh', 'ClusterTriggerAuthentication.keda.sh'],
  },
  { from: ['ExternalSecret.external-secrets.io'], path: 'spec.secretStoreRef', to: stores },
  { from: ['PushSecret.external-secrets.io'], path: 'spec.secretStoreRefs[]', to: stores },
  { from: rollout, path: 'spec.strategy.canary.canaryService', to: ['Service'] },
  { from: rollout, path: 'spec.strategy.canary.stableService', to: ['Service'] },
  { from: rollout, path: 'spec.strategy.blueGreen.activeService', to: ['Service'] },
  { from: rollout, path: 'spec.strategy.blueGreen.previewService', to: ['Service'] },
  { from: rollout, path: 'spec.workloadRef', to: ['Deployment.apps'] },
  { from: servers, path: 'spec.serviceAccountName', to: ['ServiceAccount'] },
  {
    from: ['Gateway.gateway.networking.k8s.io'],
    path: 'spec.gatewayClassName',
    to: ['GatewayClass.gateway.networking.k8s.io'],
  },
  {
    from: ['Gateway.gateway.networking.k8s.io'],
    path: 'spec.infrastructure.parametersRef',
    to: ['NginxProxy.gateway.nginx.org', 'EnvoyProxy.gateway.envoyproxy.io', 'ConfigMap'],
  },
  {
    from: ['Ingress.networking.k8s.io'],
    path: `metadata.annotations[${traefik}/router.middlewares]`,
    to: middlewares,
    notation: 'traefik',
  },
  {
    from: ['Service'],
    path: `metadata.annotations[${traefik}/service.serverstransport]`,
    to: ['ServersTransport.traefik.io'],
    notation: 'traefik',
  },
  { from: ['IngressRoute.traefik.io'], path: 'spec.routes[].middlewares[]', to: middlewares },
  { from: ['IngressRoute.traefik.io'], path: 'spec.routes[].services[]', to: ['Service'] },
  { from: middlewares, path: 'spec.chain.middlewares[]', to: middlewares },
  {
    from: ['ListenerSet.gateway.networking.k8s.io'],
    path: 'spec.parentRef',
    to: ['Gateway.gateway.networking.k8s.io'],
  },
  { from: trafficPolicies, path: 'spec.targetRef', to: policyTargets, group: gatewayApi },
  { from: trafficPolicies, path: 'spec.targetRefs[]', to: policyTargets, group: gatewayApi },
];

/** A reference of a kind of an operator to a ConfigMap or Secret. */
export interface ConfigReference {
  readonly from: readonly string[];
  /** Path to a mapping with the fields `name` and `key`, or to the name. */
  readonly path: string;
  readonly kind: 'ConfigMap' | 'Secret';
  /** Keys that the operator reads, where the reference states none. */
  readonly keys?: readonly string[];
}

const credentials = ['username', 'password'];
const monitors = ['ServiceMonitor', 'PodMonitor'].map((kind) => `${kind}.monitoring.coreos.com`);
const endpoints = ['spec.endpoints[]', 'spec.podMetricsEndpoints[]'];
const basicAuth = ['basicAuth.username', 'basicAuth.password', 'authorization.credentials', 'bearerTokenSecret'];

/** Where receivers of Alertmanager name the keys of Secrets. */
const receiverSecrets = [
  'slackConfigs[].apiURL',
  'discordConfigs[].apiURL',
  'pagerdutyConfigs[].routingKey',
  'pagerdutyConfigs[].serviceKey',
  'opsgenieConfigs[].apiKey',
  'victoropsConfigs[].apiKey',
  'webhookConfigs[].urlSecret',
  'emailConfigs[].authPassword',
  'emailConfigs[].authSecret',
  'pushoverConfigs[].token',
  'pushoverConfigs[].userKey',
  'telegramConfigs[].botToken',
  'msteamsConfigs[].webhookUrl',
];

/** References of operators' objects to configuration. */
export const configReferences: readonly ConfigReference[] = [
  { from: ['Issuer.cert-manager.io'], path: 'spec.ca.secretName', kind: 'Secret', keys: ['tls.crt', 'tls.key'] },
  { from: ['TriggerAuthentication.keda.sh'], path: 'spec.secretTargetRef[]', kind: 'Secret' },
  { from: ['TriggerAuthentication.keda.sh'], path: 'spec.configMapTargetRef[]', kind: 'ConfigMap' },
  { from: [`Cluster.${cnpg}`], path: 'spec.bootstrap.initdb.secret', kind: 'Secret', keys: credentials },
  { from: [`Cluster.${cnpg}`], path: 'spec.superuserSecret', kind: 'Secret', keys: credentials },
  ...['serverTLSSecret', 'replicationTLSSecret'].map(
    (field): ConfigReference => ({
      from: [`Cluster.${cnpg}`],
      path: `spec.certificates.${field}`,
      kind: 'Secret',
      keys: ['tls.crt', 'tls.key'],
    }),
  ),
  ...['serverCASecret', 'clientCASecret'].map(
    (field): ConfigReference => ({
      from: [`Cluster.${cnpg}`],
      path: `spec.certificates.${field}`,
      kind: 'Secret',
      keys: ['ca.crt'],
    }),
  ),
  { from: [`Cluster.${cnpg}`], path: 'spec.managed.roles[].passwordSecret', kind: 'Secret', keys: credentials },
  { from: [`Cluster.${cnpg}`], path: 'spec.monitoring.customQueriesConfigMap[]', kind: 'ConfigMap' },
  { from: [`Cluster.${cnpg}`], path: 'spec.monitoring.customQueriesSecret[]', kind: 'Secret' },
  ...['accessKeyId', 'secretAccessKey'].map(
    (field): ConfigReference => ({
      from: ['ObjectStore.barmancloud.cnpg.io'],
      path: `spec.configuration.s3Credentials.${field}`,
      kind: 'Secret',
    }),
  ),
  { from: ['Prometheus.monitoring.coreos.com'], path: 'spec.additionalScrapeConfigs', kind: 'Secret' },
  { from: ['GrafanaDashboard.grafana.integreatly.org'], path: 'spec.configMapRef', kind: 'ConfigMap' },
  ...receiverSecrets.map(
    (field): ConfigReference => ({
      from: ['AlertmanagerConfig.monitoring.coreos.com'],
      path: `spec.receivers[].${field}`,
      kind: 'Secret',
    }),
  ),
  ...endpoints.flatMap((endpoint) =>
    basicAuth.map((field): ConfigReference => ({ from: monitors, path: `${endpoint}.${field}`, kind: 'Secret' })),
  ),
];
