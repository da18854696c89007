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

/** Types of a group, by the names of their kinds with spaces between them. */
function typesOf(group: string, kinds: string): string[] {
  return kinds.split(' ').map((kind) => `${kind}.${group}`);
}

const certManager = 'cert-manager.io';
const externalSecrets = 'external-secrets.io';
const monitoring = 'monitoring.coreos.com';
const gatewayApi = 'gateway.networking.k8s.io';
const kafka = 'kafka.strimzi.io';
const cnpg = 'postgresql.cnpg.io';
const admission = 'admissionregistration.k8s.io';
const traefik = 'traefik.ingress.kubernetes.io';

const issuers = typesOf(certManager, 'Issuer ClusterIssuer');
const certified = ['Ingress.networking.k8s.io', `Gateway.${gatewayApi}`];
const gateways = [`Gateway.${gatewayApi}`];
const clusters = [`Cluster.${cnpg}`];
const archives = ['ObjectStore.barmancloud.cnpg.io'];
const rollouts = ['Rollout.argoproj.io'];
const scalers = typesOf('keda.sh', 'ScaledObject ScaledJob');
const triggerAuthentications = typesOf('keda.sh', 'TriggerAuthentication ClusterTriggerAuthentication');
const routes = ['IngressRoute.traefik.io'];
const middlewares = ['Middleware.traefik.io'];
const stores = typesOf(externalSecrets, 'SecretStore ClusterSecretStore');
const servers = typesOf(monitoring, 'Alertmanager Prometheus PrometheusAgent ThanosRuler');
const policyTargets = typesOf(gatewayApi, 'HTTPRoute GRPCRoute TCPRoute TLSRoute UDPRoute Gateway ListenerSet');
const trafficPolicies = [
  ...typesOf('gateway.envoyproxy.io', 'BackendTrafficPolicy ClientTrafficPolicy EnvoyExtensionPolicy SecurityPolicy'),
  ...typesOf('gateway.nginx.org', 'ClientSettingsPolicy ObservabilityPolicy ProxySettingsPolicy RateLimitPolicy'),
];

type ObjectRow = readonly [
  from: readonly string[],
  paths: readonly string[],
  to: readonly string[],
  more?: Pick<ObjectReference, 'group' | 'notation'>,
];

const objectRows: readonly ObjectRow[] = [
  [[`Certificate.${certManager}`], ['spec.issuerRef'], issuers, { group: certManager }],
  [[`ValidatingAdmissionPolicyBinding.${admission}`], ['spec.policyName'], [`ValidatingAdmissionPolicy.${admission}`]],
  [certified, ['metadata.annotations[cert-manager.io/issuer]'], [`Issuer.${certManager}`]],
  [certified, ['metadata.annotations[cert-manager.io/cluster-issuer]'], [`ClusterIssuer.${certManager}`]],
  [typesOf(cnpg, 'Backup Database Pooler Publication ScheduledBackup Subscription'), ['spec.cluster'], clusters],
  [clusters, ['spec.plugins[].parameters.barmanObjectName'], archives],
  [
    typesOf(kafka, 'KafkaNodePool KafkaRebalance KafkaTopic KafkaUser'),
    ['metadata.labels[strimzi.io/cluster]'],
    [`Kafka.${kafka}`],
  ],
  [[`KafkaConnector.${kafka}`], ['metadata.labels[strimzi.io/cluster]'], [`KafkaConnect.${kafka}`]],
  [scalers, ['spec.triggers[].authenticationRef'], triggerAuthentications],
  [[`ExternalSecret.${externalSecrets}`], ['spec.secretStoreRef'], stores],
  [[`PushSecret.${externalSecrets}`], ['spec.secretStoreRefs[]'], stores],
  [
    rollouts,
    [
      ...['spec.strategy.canary.canaryService', 'spec.strategy.canary.stableService'],
      ...['spec.strategy.blueGreen.activeService', 'spec.strategy.blueGreen.previewService'],
    ],
    ['Service'],
  ],
  [rollouts, ['spec.workloadRef'], ['Deployment.apps']],
  [servers, ['spec.serviceAccountName'], ['ServiceAccount']],
  [gateways, ['spec.gatewayClassName'], [`GatewayClass.${gatewayApi}`]],
  [
    gateways,
    ['spec.infrastructure.parametersRef'],
    ['NginxProxy.gateway.nginx.org', 'EnvoyProxy.gateway.envoyproxy.io', 'ConfigMap'],
  ],
  [
    ['Ingress.networking.k8s.io'],
    [`metadata.annotations[${traefik}/router.middlewares]`],
    middlewares,
    { notation: 'traefik' },
  ],
  [
    ['Service'],
    [`metadata.annotations[${traefik}/service.serverstransport]`],
    ['ServersTransport.traefik.io'],
    { notation: 'traefik' },
  ],
  [routes, ['spec.routes[].middlewares[]'], middlewares],
  [routes, ['spec.routes[].services[]'], ['Service']],
  [middlewares, ['spec.chain.middlewares[]'], middlewares],
  [[`ListenerSet.${gatewayApi}`], ['spec.parentRef'], gateways],
  [trafficPolicies, ['spec.targetRef', 'spec.targetRefs[]'], policyTargets, { group: gatewayApi }],
];

/** References between objects of operators, of which the fields are from their API references. */
export const objectReferences: readonly ObjectReference[] = objectRows.flatMap(([from, paths, to, more]) =>
  paths.map((path) => ({ from, path, to, ...more })),
);

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
const keyPair = ['tls.crt', 'tls.key'];
const monitors = typesOf(monitoring, 'ServiceMonitor PodMonitor');
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

type ConfigRow = readonly [
  from: readonly string[],
  kind: ConfigReference['kind'],
  paths: readonly string[],
  keys?: readonly string[],
];

const configRows: readonly ConfigRow[] = [
  [[`Issuer.${certManager}`], 'Secret', ['spec.ca.secretName'], keyPair],
  [['TriggerAuthentication.keda.sh'], 'Secret', ['spec.secretTargetRef[]']],
  [['TriggerAuthentication.keda.sh'], 'ConfigMap', ['spec.configMapTargetRef[]']],
  [clusters, 'Secret', ['spec.bootstrap.initdb.secret', 'spec.superuserSecret'], credentials],
  [clusters, 'Secret', ['spec.certificates.serverTLSSecret', 'spec.certificates.replicationTLSSecret'], keyPair],
  [clusters, 'Secret', ['spec.certificates.serverCASecret', 'spec.certificates.clientCASecret'], ['ca.crt']],
  [clusters, 'Secret', ['spec.managed.roles[].passwordSecret'], credentials],
  [clusters, 'ConfigMap', ['spec.monitoring.customQueriesConfigMap[]']],
  [clusters, 'Secret', ['spec.monitoring.customQueriesSecret[]']],
  [archives, 'Secret', ['accessKeyId', 'secretAccessKey'].map((field) => `spec.configuration.s3Credentials.${field}`)],
  [[`Prometheus.${monitoring}`], 'Secret', ['spec.additionalScrapeConfigs']],
  [['GrafanaDashboard.grafana.integreatly.org'], 'ConfigMap', ['spec.configMapRef']],
  [[`AlertmanagerConfig.${monitoring}`], 'Secret', receiverSecrets.map((field) => `spec.receivers[].${field}`)],
  ...['spec.endpoints[]', 'spec.podMetricsEndpoints[]'].map((endpoint): ConfigRow => {
    return [monitors, 'Secret', basicAuth.map((field) => `${endpoint}.${field}`)];
  }),
];

/** References of operators' objects to configuration. */
export const configReferences: readonly ConfigReference[] = configRows.flatMap(([from, kind, paths, keys]) =>
  paths.map((path) => ({ from, path, kind, ...(keys && { keys }) })),
);
