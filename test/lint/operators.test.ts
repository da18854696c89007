import { parseAllDocuments } from 'yaml';
import { lintManifests } from '../../lib/lint/lint-manifests';
import { formatFinding } from '../../lib/lint/rule';
import { kinds, typeOf } from '../../lib/manifests/kinds';
import { operators } from '../../lib/manifests/operators/operators';

/** What an operator makes for an object, and references to it that are right and wrong. */
interface OperatorCase {
  readonly made: string;
  readonly right: readonly string[];
  readonly wrong: readonly string[];
}

const metadata = (name: string) => `metadata: { name: ${name}, namespace: shop }`;

/** A pod that reads a key of a Secret. */
const reads = (secret: string, key: string) => `
apiVersion: v1
kind: Pod
${metadata('reader')}
spec:
  containers:
    - { name: reader, image: example.org/reader:1, env: [{ name: V, valueFrom: { secretKeyRef: { name: ${secret}, key: ${key} } } }] }
`;

/** An Ingress to a port of a Service. */
const routes = (service: string, port: number | string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
${metadata('web')}
spec: { defaultBackend: { service: { name: ${service}, port: { ${typeof port === 'number' ? 'number' : 'name'}: ${port} } } } }
`;

/** A NetworkPolicy for pods with a label. */
const isolates = (label: string, value: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
${metadata('policy')}
spec: { podSelector: { matchLabels: { ${label}: ${value} } } }
`;

/** A Service of pods with a label. */
const serves = (label: string, value: string, targetPort: string) => `
apiVersion: v1
kind: Service
${metadata('own')}
spec: { selector: { ${label}: ${value} }, ports: [{ port: 80, targetPort: ${targetPort} }] }
`;

const scales = (apiVersion: string, kind: string, name: string) => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
${metadata('web')}
spec: { scaleTargetRef: { apiVersion: ${apiVersion}, kind: ${kind}, name: ${name} }, maxReplicas: 3 }
`;

const runsAs = (account: string) => `
apiVersion: v1
kind: Pod
${metadata('runner')}
spec: { serviceAccountName: ${account}, containers: [{ name: runner, image: example.org/runner:1 }] }
`;

const cluster = (spec: string) => `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
${metadata('pg')}
spec: { instances: 3, ${spec} }
`;

const externalSecret = (target: string) => `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
${metadata('database')}
spec:
  data: [{ secretKey: password, remoteRef: { key: db } }]
  target: ${target}
`;

const kafka = `
apiVersion: kafka.strimzi.io/v1
kind: Kafka
${metadata('events')}
spec: { kafka: { listeners: [{ name: plain, port: 9092, type: internal, tls: false }] } }
`;

const cases: Readonly<Record<string, OperatorCase>> = {
  'a Certificate': {
    made: `
apiVersion: cert-manager.io/v1
kind: Certificate
${metadata('web')}
spec: { secretName: web-tls, keystores: { pkcs12: { create: true } } }
`,
    right: [reads('web-tls', 'tls.crt'), reads('web-tls', 'ca.crt'), reads('web-tls', 'keystore.p12')],
    wrong: [reads('web-tls', 'keystore.jks'), reads('web-tls', 'cert.pem'), reads('web', 'tls.crt')],
  },
  'an ACME Issuer': {
    made: `
apiVersion: cert-manager.io/v1
kind: Issuer
${metadata('acme')}
spec: { acme: { privateKeySecretRef: { name: acme-account } } }
`,
    right: [reads('acme-account', 'tls.key')],
    wrong: [reads('acme-account', 'tls.crt'), reads('acme', 'tls.key')],
  },
  'an ExternalSecret': {
    made: externalSecret('{ name: credentials }'),
    right: [reads('credentials', 'password')],
    wrong: [reads('credentials', 'user'), reads('database', 'password')],
  },
  'an ExternalSecret with a template': {
    made: externalSecret('{ template: { data: { url: "postgres://{{ .password }}" } } }'),
    right: [reads('database', 'url')],
    wrong: [reads('database', 'password')],
  },
  'an ExternalSecret that merges its template': {
    made: externalSecret('{ template: { mergePolicy: Merge, data: { url: "postgres://{{ .password }}" } } }'),
    right: [reads('database', 'url'), reads('database', 'password')],
    wrong: [reads('database', 'user')],
  },
  'a SealedSecret': {
    made: `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
${metadata('database')}
spec: { encryptedData: { password: AgB }, template: { data: { url: "postgres://" } } }
`,
    right: [reads('database', 'password'), reads('database', 'url')],
    wrong: [reads('database', 'user')],
  },
  'a CloudNativePG Cluster': {
    made: cluster('inheritedMetadata: { labels: { app: postgres } }'),
    right: [
      ...[reads('pg-app', 'password'), reads('pg-app', 'uri'), reads('pg-ca', 'ca.crt'), runsAs('pg')],
      ...[routes('pg-rw', 5432), routes('pg-ro', 'postgres'), routes('pg-r', 5432)],
      ...[isolates('cnpg.io/cluster', 'pg'), isolates('app', 'postgres'), isolates('cnpg.io/instanceRole', 'primary')],
      ...[serves('cnpg.io/cluster', 'pg', 'metrics'), serves('cnpg.io/instanceName', 'pg-1', 'postgresql')],
    ],
    wrong: [
      ...[reads('pg-app', 'passwort'), reads('pg-superuser', 'password'), reads('pg-credentials', 'password')],
      ...[routes('pg', 5432), routes('pg-rw', 5433), isolates('cnpg.io/cluster', 'pgg'), runsAs('pg-operator')],
      ...[serves('cnpg.io/cluster', 'pg', 'http'), isolates('cnpg.io/instanceRole', 'standby')],
    ],
  },
  'a CloudNativePG Cluster with a superuser and Secrets of its own': {
    made: `${cluster(
      'enableSuperuserAccess: true, bootstrap: { initdb: { secret: { name: own } } }, managed: { services: { disabledDefaultServices: [ro] } }',
    )}
---
apiVersion: v1
kind: Secret
${metadata('own')}
stringData: { username: shop, password: none }
`,
    right: [reads('pg-superuser', 'password'), routes('pg-rw', 5432)],
    wrong: [reads('pg-app', 'password'), routes('pg-ro', 5432)],
  },
  'a CloudNativePG Pooler': {
    made: `
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
${metadata('pool')}
spec: { cluster: { name: pg }, instances: 2, type: rw, pgbouncer: {} }
`,
    right: [
      routes('pool', 5432),
      serves('cnpg.io/poolerName', 'pool', 'pgbouncer'),
      scales('apps/v1', 'Deployment', 'pool'),
    ],
    wrong: [routes('pool-rw', 5432), routes('pool', 6432), isolates('cnpg.io/poolerName', 'pol')],
  },
  'a Prometheus': {
    made: `
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
${metadata('k8s')}
spec: { podMetadata: { labels: { app: prometheus } } }
`,
    right: [
      ...[routes('prometheus-operated', 9090), routes('prometheus-operated', 'web'), isolates('prometheus', 'k8s')],
      ...[serves('app', 'prometheus', 'web'), serves('operator.prometheus.io/name', 'k8s', 'reloader-web')],
    ],
    wrong: [
      ...[routes('prometheus-k8s', 9090), routes('prometheus-operated', 9091), isolates('prometheus', 'k8')],
      serves('app', 'prometheus', 'http'),
    ],
  },
  'an Alertmanager with a port name of its own': {
    made: `
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
${metadata('main')}
spec: { portName: http-web }
`,
    right: [
      routes('alertmanager-operated', 9093),
      routes('alertmanager-operated', 'http-web'),
      isolates('alertmanager', 'main'),
    ],
    wrong: [routes('alertmanager-operated', 'web'), routes('alertmanager', 9093), isolates('alertmanager', 'mian')],
  },
  'a Kafka': {
    made: kafka,
    right: [
      ...[
        routes('events-kafka-bootstrap', 9092),
        routes('events-kafka-brokers', 9092),
        isolates('strimzi.io/cluster', 'events'),
      ],
      ...[reads('events-cluster-ca-cert', 'ca.crt'), isolates('strimzi.io/name', 'events-kafka')],
    ],
    wrong: [
      ...[
        routes('events-kafka', 9092),
        routes('events-kafka-bootstrap', 9094),
        isolates('strimzi.io/cluster', 'event'),
      ],
      ...[reads('events-cluster-ca-cert', 'tls.crt'), reads('events-ca-cert', 'ca.crt')],
    ],
  },
  'a KafkaUser': {
    made: `
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
${metadata('shop')}
spec: { authentication: { type: scram-sha-512 } }
`,
    right: [reads('shop', 'password'), reads('shop', 'sasl.jaas.config')],
    wrong: [reads('shop', 'user.crt'), reads('shop-user', 'password')],
  },
  'a Gateway of NGINX Gateway Fabric': {
    made: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
${metadata('edge')}
spec: { gatewayClassName: nginx, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`,
    right: [routes('edge-nginx', 80), isolates('gateway.networking.k8s.io/gateway-name', 'edge')],
    wrong: [
      routes('edge-nginx', 8080),
      routes('nginx-edge', 80),
      isolates('gateway.networking.k8s.io/gateway-name', 'egde'),
    ],
  },
  'a Rollout': {
    made: `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
${metadata('web')}
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: example.org/web:1, ports: [{ name: http, containerPort: 8080 }] }] }
`,
    right: [serves('app', 'web', 'http'), isolates('app', 'web'), scales('argoproj.io/v1alpha1', 'Rollout', 'web')],
    wrong: [serves('app', 'web', 'https'), isolates('app', 'wbe'), scales('argoproj.io/v1alpha1', 'Rollout', 'wbe')],
  },
  'a Knative Service': {
    made: `
apiVersion: serving.knative.dev/v1
kind: Service
${metadata('resize')}
spec: { template: { spec: { containers: [{ image: example.org/resize:1 }] } } }
`,
    right: [
      routes('resize', 80),
      isolates('serving.knative.dev/service', 'resize'),
      routes('resize-00001-private', 80),
    ],
    wrong: [routes('resizer', 80), isolates('serving.knative.dev/service', 'rezise')],
  },
};

function findings(...texts: string[]): string[] {
  const objects = texts.flatMap((text) => parseAllDocuments(text).map((document): unknown => document.toJS()));
  return lintManifests(objects, { policy: false }).map(formatFinding);
}

describe.each(Object.entries(cases))('what %s makes', (_, { made, right, wrong }) => {
  test('is found', () => {
    expect(findings(made)).toEqual([]);
    for (const reference of right) expect(findings(made, reference)).toEqual([]);
  });

  test('is found by no wrong reference', () => {
    for (const reference of wrong) expect([reference, findings(made, reference).length]).toEqual([reference, 1]);
  });

  test('is missed without the object', () => {
    for (const reference of right.filter((each) => each.includes('secretKeyRef') || each.includes('Backend'))) {
      expect([reference, findings(reference).length]).toEqual([reference, 1]);
    }
  });
});

test('a Secret with the keys of a template is known by these alone', () => {
  expect(findings(externalSecret('{ template: { data: { url: u } } }'), reads('database', 'password'))).toEqual([
    'shop Pod/reader: spec.containers[0].env[V]: Secret database has no key "password" (it has url)',
  ]);
});

test('what custom resources of the set itself make is not known', () => {
  const fleet = `
apiVersion: example.org/v1
kind: Fleet
${metadata('fleet')}
spec: { secretName: fleet-keys }
`;
  expect(findings(fleet, reads('fleet-keys', 'token'), routes('fleet-api', 80), runsAs('fleet'))).toEqual([]);
});

const bystander = `
apiVersion: v1
kind: Pod
${metadata('web')}
spec: { containers: [{ name: web, image: example.org/web:1 }] }
`;

test("pods with an operator's own label may be made by one outside the set", () => {
  expect(findings(isolates('cnpg.io/cluster', 'pg'))).toEqual([]);
  expect(findings(isolates('strimzi.io/name', 'events-kafka'))).toEqual([]);
  expect(findings(isolates('app.kubernetes.io/name', 'postgresql'), bystander)).toHaveLength(1);
});

test('every row of the table states its source, and is of a kind that the rules know', () => {
  for (const row of operators) {
    expect(row.source).toMatch(/^https:\/\//);
    expect(kinds.get(typeOf(row))).toMatchObject({ kind: row.kind, group: row.group });
  }
});
