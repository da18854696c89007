import { listInertKinds, type MadeObject, type MadePods, type OperatorKind } from './operator-kind';

const group = 'kafka.strimzi.io';
const docs = 'https://strimzi.io/docs/operators/latest/deploying';
const clusterResources = `${docs}#ref-list-of-kafka-cluster-resources-str`;

const ca = ['ca.crt', 'ca.p12', 'ca.password'];
const listenerPorts = [':{spec.kafka.listeners[].port}', 'tcp-replication:9091'];
const metrics = 'tcp-prometheus:9404';

/** Pods of one component of a Kafka cluster, or of a cluster of another kind. */
function component(kind: string, cluster: string, name: string, type: string, more: Partial<MadePods> = {}): MadePods {
  return {
    labels: {
      'strimzi.io/cluster': cluster,
      'strimzi.io/kind': kind,
      'strimzi.io/name': name,
      'strimzi.io/component-type': type,
      'app.kubernetes.io/name': type,
      'app.kubernetes.io/instance': cluster,
      'app.kubernetes.io/part-of': `strimzi-${cluster}`,
      'app.kubernetes.io/managed-by': '*',
      'strimzi.io/pod-name': '*',
      'strimzi.io/controller': '*',
      'strimzi.io/controller-name': '*',
      'strimzi.io/pool-name': '*',
      'strimzi.io/broker-role': '*',
      'strimzi.io/controller-role': '*',
    },
    ...more,
    labelsFrom: ['metadata.labels', ...(more.labelsFrom ?? [])],
  };
}

/** A Deployment with a REST API, of a kind that is no Kafka cluster itself. */
function restCluster(kind: string, suffix: string, service: string, port: string, configMap: string): OperatorKind {
  return {
    kind,
    group,
    source: `${docs}#con-config-kafka-connect-str`,
    makes: [
      { type: 'Service', name: `{name}-${service}`, ports: [port] },
      { type: 'ServiceAccount', name: `{name}-${suffix}` },
      { type: 'ConfigMap', name: `{name}-${configMap}`, hasUnknownKeys: true },
      { type: 'Deployment.apps', name: `{name}-${suffix}` },
      { type: 'Secret', name: `{name}-${suffix}-tls-trusted-certs`, hasUnknownKeys: true },
      { type: 'Secret', name: '{name}-kafka-connect-jmx', keys: ['jmx-username', 'jmx-password'] },
    ],
    pods: [
      component(kind, '{name}', `{name}-${suffix}`, `kafka-${suffix}`, {
        labelsFrom: ['spec.template.pod.metadata.labels'],
      }),
    ],
  };
}

const userOperator: MadeObject[] = [
  {
    type: 'Secret',
    name: '{name}',
    keys: ['ca.crt', 'user.crt', 'user.key', 'user.p12', 'user.password'],
    when: ['spec.authentication.type=tls'],
  },
  {
    type: 'Secret',
    name: '{name}',
    keys: ['password', 'sasl.jaas.config'],
    when: ['spec.authentication.type=scram-sha-512'],
  },
];

export const strimzi: readonly OperatorKind[] = [
  {
    kind: 'Kafka',
    group,
    source: clusterResources,
    // The Services of external listeners are named after pools and pods.
    makes: [
      { type: 'Service', name: '{name}-kafka-bootstrap', ports: listenerPorts },
      { type: 'Service', name: '{name}-kafka-brokers', ports: listenerPorts },
      { type: 'Service', name: '{name}-kafka-{spec.kafka.listeners[].name}-bootstrap' },
      { type: 'Service', name: '{name}-kafka-exporter', ports: [metrics], when: ['spec.kafkaExporter'] },
      { type: 'Service', name: '{name}-cruise-control', ports: ['rest-api:9090'], when: ['spec.cruiseControl'] },
      { type: 'Secret', name: '{name}-cluster-ca-cert', keys: ca },
      { type: 'Secret', name: '{name}-clients-ca-cert', keys: ca },
      { type: 'Secret', name: '{name}-cluster-ca', keys: ['ca.key'] },
      { type: 'Secret', name: '{name}-clients-ca', keys: ['ca.key'] },
      ...['cluster-operator-certs', 'entity-topic-operator-certs', 'entity-user-operator-certs'].map((suffix) => ({
        type: 'Secret',
        name: `{name}-${suffix}`,
        hasUnknownKeys: true,
      })),
      { type: 'Secret', name: '{name}-cruise-control-certs', hasUnknownKeys: true, when: ['spec.cruiseControl'] },
      { type: 'Secret', name: '{name}-cruise-control-api', hasUnknownKeys: true, when: ['spec.cruiseControl'] },
      {
        type: 'Secret',
        name: '{name}-kafka-jmx',
        keys: ['jmx-username', 'jmx-password'],
        when: ['spec.kafka.jmxOptions'],
      },
      { type: 'ServiceAccount', name: '{name}-kafka' },
      { type: 'ServiceAccount', name: '{name}-entity-operator', when: ['spec.entityOperator'] },
      { type: 'Deployment.apps', name: '{name}-entity-operator', when: ['spec.entityOperator'] },
    ],
    pods: [
      component('Kafka', '{name}', '{name}-kafka', 'kafka', {
        labelsFrom: ['spec.kafka.template.pod.metadata.labels'],
      }),
      component('Kafka', '{name}', '{name}-entity-operator', 'entity-operator', {
        when: ['spec.entityOperator'],
        labelsFrom: ['spec.entityOperator.template.pod.metadata.labels'],
      }),
      component('Kafka', '{name}', '{name}-kafka-exporter', 'kafka-exporter', {
        when: ['spec.kafkaExporter'],
        labelsFrom: ['spec.kafkaExporter.template.pod.metadata.labels'],
      }),
      component('Kafka', '{name}', '{name}-cruise-control', 'cruise-control', {
        when: ['spec.cruiseControl'],
        labelsFrom: ['spec.cruiseControl.template.pod.metadata.labels'],
      }),
      component('Kafka', '{name}', '{name}-zookeeper', 'zookeeper', { when: ['spec.zookeeper'] }),
    ],
  },
  {
    kind: 'KafkaNodePool',
    group,
    source: clusterResources,
    makes: [
      { type: 'Service', name: '{metadata.labels[strimzi.io/cluster]}-{name}-#' },
      { type: 'Secret', name: '{metadata.labels[strimzi.io/cluster]}-{name}-#', hasUnknownKeys: true },
      { type: 'PersistentVolumeClaim', name: 'data-{metadata.labels[strimzi.io/cluster]}-{name}-#' },
      { type: 'PersistentVolumeClaim', name: 'data-#-{metadata.labels[strimzi.io/cluster]}-{name}-#' },
    ],
    // A Kafka of the same set makes the pods; its listeners make Services for each of them.
    isOpen: true,
  },
  restCluster('KafkaConnect', 'connect', 'connect-api', 'rest-api:8083', 'connect-config'),
  restCluster('KafkaMirrorMaker2', 'mirrormaker2', 'mirrormaker2-api', 'rest-api:8083', 'mirrormaker2-config'),
  restCluster('KafkaBridge', 'bridge', 'bridge-service', 'rest-api:{spec.http.port|=8080}', 'bridge-config'),
  { kind: 'KafkaUser', group, source: `${docs}#con-securing-client-authentication-str`, makes: userOperator },
  ...listInertKinds(group, docs, 'KafkaTopic KafkaConnector KafkaRebalance'),
];
