import { listInertKinds, type MadeObject, type MadePods, type OperatorKind } from './operator-kind';

const group = 'monitoring.coreos.com';
const docs = 'https://prometheus-operator.dev/docs/api-reference/api/';

/** How the objects of one of the operator's servers are named and labelled (pkg/prometheus, pkg/alertmanager, pkg/thanos). */
interface Server {
  readonly kind: string;
  /** Prefix of the names of what is made, and value of `app.kubernetes.io/name`. */
  readonly name: string;
  readonly app: string;
  readonly service: string;
  readonly port: string;
  readonly otherPorts: readonly string[];
  /** Ports of a Thanos sidecar. @default - it can have none */
  readonly thanosPorts?: readonly string[];
  /** Ports besides the web port of the Service. */
  readonly servicePorts: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const webPort = '{spec.portName|=web}';
const reloader = 'reloader-web:8080';
const sharded = { 'operator.prometheus.io/name': '{name}', 'operator.prometheus.io/shard': '*' };

const servers: readonly Server[] = [
  {
    kind: 'Prometheus',
    name: 'prometheus',
    app: 'prometheus',
    service: 'prometheus-operated',
    port: `${webPort}:9090`,
    otherPorts: [reloader],
    thanosPorts: ['grpc:10901', 'http:10902'],
    servicePorts: ['grpc:10901'],
    labels: { ...sharded, prometheus: '{name}' },
  },
  {
    kind: 'PrometheusAgent',
    name: 'prom-agent',
    app: 'prometheus-agent',
    service: 'prometheus-agent-operated',
    port: `${webPort}:9090`,
    otherPorts: [reloader],
    servicePorts: [],
    labels: sharded,
  },
  {
    kind: 'Alertmanager',
    name: 'alertmanager',
    app: 'alertmanager',
    service: 'alertmanager-operated',
    port: `${webPort}:9093`,
    otherPorts: [reloader, 'mesh-tcp:9094', 'mesh-udp:9094/UDP'],
    servicePorts: ['tcp-mesh:9094', 'udp-mesh:9094/UDP'],
    labels: { alertmanager: '{name}' },
  },
  {
    kind: 'ThanosRuler',
    name: 'thanos-ruler',
    app: 'thanos-ruler',
    service: 'thanos-ruler-operated',
    port: `${webPort}:10902`,
    otherPorts: [reloader, 'grpc:10901'],
    servicePorts: ['grpc:10901'],
    labels: { 'thanos-ruler': '{name}' },
  },
];

function madeBy({ name, service, port, servicePorts }: Server): MadeObject[] {
  const prefixed = `${name}-{name}`;
  return [
    {
      type: 'Service',
      name: service,
      ports: [port, ...servicePorts],
      labels: { [`operated-${name}`]: 'true' },
      when: ['!spec.serviceName'],
    },
    { type: 'StatefulSet.apps', name: prefixed },
    { type: 'StatefulSet.apps', name: `${prefixed}-shard-#` },
    { type: 'PersistentVolumeClaim', name: `${prefixed}-db-${prefixed}-#` },
    { type: 'PersistentVolumeClaim', name: `{spec.storage.volumeClaimTemplate.metadata.name}-${prefixed}-#` },
    { type: 'Secret', name: prefixed, hasUnknownKeys: true },
    { type: 'Secret', name: `${prefixed}-generated`, hasUnknownKeys: true },
    { type: 'Secret', name: `${prefixed}-web-config`, keys: ['web-config.yaml'] },
  ];
}

/** Containers that the object adds have ports that are not known here. */
function podsOf({ app, labels, port, otherPorts, thanosPorts = [] }: Server): MadePods[] {
  const pods = {
    labels: {
      ...labels,
      'app.kubernetes.io/name': app,
      'app.kubernetes.io/instance': '{name}',
      'app.kubernetes.io/managed-by': 'prometheus-operator',
      'app.kubernetes.io/version': '*',
    },
    labelsFrom: ['spec.podMetadata.labels'],
  };
  return [
    { ...pods, ports: [port, ...otherPorts], when: ['!spec.containers', '!spec.thanos'] },
    { ...pods, ports: [port, ...otherPorts, ...thanosPorts], when: ['!spec.containers', 'spec.thanos'] },
    { ...pods, when: ['spec.containers'] },
  ];
}

/** The Prometheus Operator, and what the Grafana Operator imports. */
export const prometheusOperator: readonly OperatorKind[] = [
  ...servers.map((server) => ({
    kind: server.kind,
    group,
    source: docs,
    makes: madeBy(server),
    pods: podsOf(server),
  })),
  ...listInertKinds(group, docs, 'AlertmanagerConfig PodMonitor Probe PrometheusRule ScrapeConfig ServiceMonitor'),
  ...listInertKinds(
    'grafana.integreatly.org',
    'https://grafana.github.io/grafana-operator/docs/api/',
    'GrafanaDashboard GrafanaDatasource GrafanaFolder',
  ),
];
