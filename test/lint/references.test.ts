import { parseAllDocuments } from 'yaml';
import { lintManifests } from '../../lib/lint/lint-manifests';
import { formatFinding } from '../../lib/lint/rule';

/** Sets in which one rule finds nothing, and sets in which it alone finds one thing. */
interface RuleCases {
  readonly good: Readonly<Record<string, string>>;
  readonly bad: Readonly<Record<string, string>>;
}

const join = (...documents: string[]) => documents.join('\n---\n');

const object = (apiVersion: string, kind: string, name: string, rest: string, namespace = 'shop') =>
  `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}, namespace: ${namespace} }, ${rest} }`;

const clusterObject = (apiVersion: string, kind: string, name: string, rest: string) =>
  `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name} }, ${rest} }`;

const container = '{ name: web, image: example.org/web:1, ports: [{ name: http, containerPort: 8080 }] }';

const workload = (kind: string, name: string, labels: string, spec = container, more = '') =>
  object(
    'apps/v1',
    kind,
    name,
    `spec: { ${more} selector: { matchLabels: ${labels} }, template: { metadata: { labels: ${labels} }, spec: { containers: [${spec}] } } }`,
  );

const web = workload('Deployment', 'web', '{ app: web }');

const service = (name: string, labels = '{ app: web }', port = '{ name: http, port: 80, targetPort: http }') =>
  `{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: shop, labels: ${labels} }, spec: { selector: { app: web }, ports: [${port}] } }`;

const monitor = (kind: string, spec: string, namespace = 'shop') =>
  object('monitoring.coreos.com/v1', kind, 'web', `spec: { ${spec} }`, namespace);

const selectsWeb = 'selector: { matchLabels: { app: web } }';

const gateway = (listener: string, namespace = 'shop') =>
  object(
    'gateway.networking.k8s.io/v1',
    'Gateway',
    'edge',
    `spec: { gatewayClassName: other, listeners: [${listener}] }`,
    namespace,
  );

const http = '{ name: http, port: 80, protocol: HTTP }';

const route = (spec: string, kind = 'HTTPRoute') =>
  object('gateway.networking.k8s.io/v1', kind, 'web', `spec: { ${spec} }`);

const elsewhere = (name: string) => `
{ apiVersion: v1, kind: Namespace, metadata: { name: back } }
---
${object('v1', 'Service', name, 'spec: { type: ExternalName, externalName: example.org, ports: [{ port: 80 }] }', 'back')}`;

const grant = (from: string) =>
  object(
    'gateway.networking.k8s.io/v1beta1',
    'ReferenceGrant',
    'routes',
    `spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: ${from} }], to: [{ group: "", kind: Service }] }`,
    'back',
  );

const hpa = (spec: string, name = 'web') =>
  object(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    name,
    `spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 3, ${spec} }`,
  );

const cpu =
  'metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]';
const requests = (resources: string) =>
  workload('Deployment', 'web', '{ app: web }', `{ name: web, image: example.org/web:1, resources: ${resources} }`);

const scaled = (spec: string) =>
  object('keda.sh/v1alpha1', 'ScaledObject', 'web', `spec: { scaleTargetRef: { name: web }, ${spec} }`);
const cron = 'triggers: [{ type: cron, metadata: {} }]';

const budget = (name: string, labels: string) =>
  object('policy/v1', 'PodDisruptionBudget', name, `spec: { maxUnavailable: 1, selector: { matchLabels: ${labels} } }`);

const two = (kind: string, name: string, labels: string) => workload(kind, name, labels, container, 'replicas: 2,');

const certificate = (issuer: string) =>
  object(
    'cert-manager.io/v1',
    'Certificate',
    'web',
    `spec: { secretName: web-tls, dnsNames: [a.example.org], issuerRef: ${issuer} }`,
  );

const gatewayWith = (parametersRef: string) =>
  object(
    'gateway.networking.k8s.io/v1',
    'Gateway',
    'edge',
    `spec: { gatewayClassName: nginx, infrastructure: { parametersRef: ${parametersRef} }, listeners: [{ name: http, port: 80, protocol: HTTP }] }`,
  );

const webhook = (client: string) =>
  clusterObject(
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    'web',
    `webhooks: [{ name: web.example.org, admissionReviewVersions: [v1], sideEffects: None, clientConfig: { service: ${client} } }]`,
  );

const volume = (spec: string) =>
  clusterObject(
    'v1',
    'PersistentVolume',
    'data',
    `spec: { capacity: { storage: 5Gi }, accessModes: [ReadWriteOnce], hostPath: { path: /data }, ${spec} }`,
  );
const claim = (spec: string, size = '5Gi', mode = 'ReadWriteOnce') =>
  object(
    'v1',
    'PersistentVolumeClaim',
    'data',
    `spec: { accessModes: [${mode}], resources: { requests: { storage: ${size} } }, ${spec} }`,
  );

const prometheus = (role: string, label: string) =>
  [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: { name: prometheus, namespace: shop }',
    'data:',
    '  prometheus.yml: |',
    '    scrape_configs:',
    `      - { job_name: web, kubernetes_sd_configs: [{ role: ${role} }], relabel_configs: [{ source_labels: [${label}], target_label: x }] }`,
  ].join('\n');

const account = (name: string, namespace = 'shop') =>
  `{ apiVersion: v1, kind: ServiceAccount, metadata: { name: ${name}, namespace: ${namespace} } }`;
const binding = (kind: string, subject: string) => {
  const rest = `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }, subjects: [${subject}]`;
  const make = kind === 'RoleBinding' ? object : clusterObject;
  return make('rbac.authorization.k8s.io/v1', kind, 'web', rest);
};

const cases: Readonly<Record<string, RuleCases>> = {
  'monitor-targets': {
    good: {
      'a ServiceMonitor by the labels of the Service': join(
        web,
        service('web'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ port: http }]`),
      ),
      'a number that no container states': join(
        web,
        service('web'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ targetPort: 9000 }]`),
      ),
      'a named target port': join(
        web,
        service('web'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ targetPort: http }]`),
      ),
      'one of two Services has the port': join(
        web,
        service('a'),
        service('b', '{ app: web }', '{ name: metrics, port: 81, targetPort: http }'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ port: metrics }]`),
      ),
      'Services of a namespace outside the set': join(
        web,
        service('web'),
        monitor(
          'ServiceMonitor',
          'namespaceSelector: { matchNames: [other] }, selector: { matchLabels: { app: b } }, endpoints: [{ port: x }]',
        ),
      ),
      'Services of any namespace': join(
        web,
        service('web'),
        monitor(
          'ServiceMonitor',
          'namespaceSelector: { any: true }, selector: { matchLabels: { app: b } }, endpoints: [{ port: x }]',
        ),
      ),
      'the Service of the API server': join(
        web,
        service('web'),
        object('v1', 'ConfigMap', 'a', 'data: {}', 'default'),
        monitor(
          'ServiceMonitor',
          'namespaceSelector: { matchNames: [default] }, selector: { matchLabels: { component: apiserver, provider: kubernetes } }, endpoints: [{ port: https }]',
        ),
      ),
      'a set of monitors alone': monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ port: http }]`),
      'a PodMonitor': join(web, monitor('PodMonitor', `${selectsWeb}, podMetricsEndpoints: [{ port: http }]`)),
      'pods of a CloudNativePG Cluster': join(
        object('postgresql.cnpg.io/v1', 'Cluster', 'pg', 'spec: { instances: 1 }'),
        monitor(
          'PodMonitor',
          'selector: { matchLabels: { cnpg.io/cluster: pg } }, podMetricsEndpoints: [{ port: metrics }]',
        ),
      ),
    },
    bad: {
      'a label of no Service': join(
        web,
        service('web'),
        monitor('ServiceMonitor', 'selector: { matchLabels: { app: webb } }, endpoints: [{ port: http }]'),
      ),
      'labels of the pods, which the Service lacks': join(
        web,
        service('web', '{}'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ port: http }]`),
      ),
      'a port of no Service': join(
        web,
        service('web'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ port: metrics }]`),
      ),
      'the name of a port of the pods': join(
        web,
        service('web', '{ app: web }', '{ name: web, port: 80, targetPort: http }'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ port: http }]`),
      ),
      'a number as a name': join(
        web,
        service('web'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ port: "80" }]`),
      ),
      'an unnamed port': join(
        web,
        service('web', '{ app: web }', '{ port: 80, targetPort: http }'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ port: http }]`),
      ),
      'a target port of no pod': join(
        web,
        service('web'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ targetPort: metrics }]`),
      ),
      'a monitor in a namespace without the Service': join(
        web,
        service('web'),
        object('v1', 'Service', 'x', 'spec: { type: ExternalName, externalName: x.example.org }', 'monitoring'),
        monitor('ServiceMonitor', `${selectsWeb}, endpoints: [{ port: http }]`, 'monitoring'),
      ),
      'a PodMonitor of no pod': join(
        web,
        monitor('PodMonitor', 'selector: { matchLabels: { app: webb } }, podMetricsEndpoints: [{ port: http }]'),
      ),
      'a port of no container': join(
        web,
        monitor('PodMonitor', `${selectsWeb}, podMetricsEndpoints: [{ port: metrics }]`),
      ),
      'a port of no pod of a CloudNativePG Cluster': join(
        web,
        object('postgresql.cnpg.io/v1', 'Cluster', 'pg', 'spec: { instances: 1 }'),
        monitor(
          'PodMonitor',
          'selector: { matchLabels: { cnpg.io/cluster: pg } }, podMetricsEndpoints: [{ port: http }]',
        ),
      ),
    },
  },
  'route-backends': {
    good: {
      'a Service and its port': join(web, service('web'), route('rules: [{ backendRefs: [{ name: web, port: 80 }] }]')),
      'a GRPCRoute': join(
        web,
        service('web'),
        route('rules: [{ backendRefs: [{ name: web, port: 80 }] }]', 'GRPCRoute'),
      ),
      'a backend of another kind': join(
        web,
        service('web'),
        route('rules: [{ backendRefs: [{ group: gateway.envoyproxy.io, kind: Backend, name: other }] }]'),
      ),
      'a redirect without a backend': join(
        web,
        route('rules: [{ filters: [{ type: RequestRedirect, requestRedirect: { scheme: https } }] }]'),
      ),
      'a granted Service of another namespace': join(
        elsewhere('api'),
        grant('shop'),
        route('rules: [{ backendRefs: [{ name: api, namespace: back, port: 80 }] }]'),
      ),
      'a namespace outside the set': route('rules: [{ backendRefs: [{ name: api, namespace: outside, port: 80 }] }]'),
      'a Service of Knative': join(
        object(
          'serving.knative.dev/v1',
          'Service',
          'resize',
          'spec: { template: { spec: { containers: [{ image: example.org/r:1 }] } } }',
        ),
        route('rules: [{ backendRefs: [{ name: resize, port: 80 }] }]'),
      ),
      'a mirror': join(
        web,
        service('web'),
        route(
          'rules: [{ backendRefs: [{ name: web, port: 80 }], filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: web, port: 80 } } }] }]',
        ),
      ),
    },
    bad: {
      'a Service that does not exist': join(
        web,
        service('web'),
        route('rules: [{ backendRefs: [{ name: webb, port: 80 }] }]'),
      ),
      'a port that it does not have': join(
        web,
        service('web'),
        route('rules: [{ backendRefs: [{ name: web, port: 8080 }] }]'),
      ),
      'no port': join(web, service('web'), route('rules: [{ backendRefs: [{ name: web }] }]')),
      'a GRPCRoute to nothing': join(
        web,
        service('web'),
        route('rules: [{ backendRefs: [{ name: api, port: 80 }] }]', 'GRPCRoute'),
      ),
      'a TCPRoute to nothing': join(
        web,
        service('web'),
        route('rules: [{ backendRefs: [{ name: api, port: 80 }] }]', 'TCPRoute'),
      ),
      'a mirror to nothing': join(
        web,
        service('web'),
        route(
          'rules: [{ backendRefs: [{ name: web, port: 80 }], filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: shadow, port: 80 } } }] }]',
        ),
      ),
      'the second of two backends': join(
        web,
        service('web'),
        route('rules: [{ backendRefs: [{ name: web, port: 80, weight: 9 }, { name: canary, port: 80, weight: 1 }] }]'),
      ),
      'another namespace without a grant': join(
        elsewhere('api'),
        route('rules: [{ backendRefs: [{ name: api, namespace: back, port: 80 }] }]'),
      ),
      'a grant to another namespace': join(
        elsewhere('api'),
        grant('other'),
        route('rules: [{ backendRefs: [{ name: api, namespace: back, port: 80 }] }]'),
      ),
    },
  },
  'route-parents': {
    good: {
      'a listener by its name': join(gateway(http), route('parentRefs: [{ name: edge, sectionName: http }]')),
      'a listener by its port': join(gateway(http), route('parentRefs: [{ name: edge, port: 80 }]')),
      'a Gateway outside the set': route('parentRefs: [{ name: edge, namespace: infra }]'),
      'a set without Gateways': join(web, route('parentRefs: [{ name: edge }]')),
      'a Gateway that allows all namespaces': join(
        gateway('{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }', 'infra'),
        route('parentRefs: [{ name: edge, namespace: infra }]'),
      ),
      'a selected namespace': join(
        '{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { edge: open } } }',
        gateway(
          '{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { edge: open } } } } }',
          'infra',
        ),
        route('parentRefs: [{ name: edge, namespace: infra }]'),
      ),
      'a host under a wildcard': join(
        gateway('{ name: http, port: 80, protocol: HTTP, hostname: "*.example.org" }'),
        route('parentRefs: [{ name: edge }], hostnames: [a.b.example.org]'),
      ),
      'a mesh route of a Service': join(
        web,
        service('web'),
        route('parentRefs: [{ group: "", kind: Service, name: web }]'),
      ),
    },
    bad: {
      'a Gateway that does not exist': join(gateway(http), route('parentRefs: [{ name: egde }]')),
      'a listener that does not exist': join(gateway(http), route('parentRefs: [{ name: edge, sectionName: https }]')),
      'a port without a listener': join(gateway(http), route('parentRefs: [{ name: edge, port: 443 }]')),
      'a Gateway of another namespace, without it': join(
        gateway(http, 'infra'),
        web,
        route('parentRefs: [{ name: edge }]'),
      ),
      'a Gateway that allows its own namespace': join(
        gateway(http, 'infra'),
        route('parentRefs: [{ name: edge, namespace: infra }]'),
      ),
      'a namespace that is not selected': join(
        '{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }',
        gateway(
          '{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { edge: open } } } } }',
          'infra',
        ),
        route('parentRefs: [{ name: edge, namespace: infra }]'),
      ),
      'a host of no listener': join(
        gateway('{ name: http, port: 80, protocol: HTTP, hostname: "*.example.org" }'),
        route('parentRefs: [{ name: edge }], hostnames: [shop.example.com]'),
      ),
    },
  },
  'custom-references': {
    good: {
      'an Issuer': join(
        object('cert-manager.io/v1', 'Issuer', 'ca', 'spec: { selfSigned: {} }'),
        certificate('{ name: ca }'),
      ),
      'a ClusterIssuer': join(
        clusterObject('cert-manager.io/v1', 'ClusterIssuer', 'ca', 'spec: { selfSigned: {} }'),
        certificate('{ kind: ClusterIssuer, name: ca }'),
      ),
      'an issuer outside the set': join(web, certificate('{ kind: ClusterIssuer, name: letsencrypt }')),
      "the cluster's issuer beside one of the namespace": join(
        web,
        object('cert-manager.io/v1', 'Issuer', 'ca', 'spec: { selfSigned: {} }'),
        certificate('{ kind: ClusterIssuer, name: letsencrypt }'),
      ),
      'an issuer of another group': join(
        clusterObject('cert-manager.io/v1', 'ClusterIssuer', 'ca', 'spec: { selfSigned: {} }'),
        certificate('{ group: awspca.cert-manager.io, kind: AWSPCAIssuer, name: pca }'),
      ),
      'the parameters of a Gateway': join(
        object('gateway.nginx.org/v1alpha2', 'NginxProxy', 'edge', 'spec: {}'),
        gatewayWith('{ group: gateway.nginx.org, kind: NginxProxy, name: edge }'),
      ),
      'the Cluster of a ScheduledBackup': join(
        object('postgresql.cnpg.io/v1', 'Cluster', 'pg', 'spec: { instances: 1 }'),
        object(
          'postgresql.cnpg.io/v1',
          'ScheduledBackup',
          'daily',
          'spec: { schedule: "0 0 0 * * *", cluster: { name: pg } }',
        ),
      ),
      'a topic without a Kafka in the set':
        '{ apiVersion: kafka.strimzi.io/v1, kind: KafkaTopic, metadata: { name: t, namespace: shop, labels: { strimzi.io/cluster: events } }, spec: {} }',
      'the Services of a Rollout': join(
        service('web', '{}', '{ port: 80 }'),
        object(
          'argoproj.io/v1alpha1',
          'Rollout',
          'web',
          `spec: { strategy: { blueGreen: { activeService: web } }, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [${container}] } } }`,
        ),
      ),
      'the policy of a binding': join(
        clusterObject('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'pods', 'spec: {}'),
        clusterObject(
          'admissionregistration.k8s.io/v1',
          'ValidatingAdmissionPolicyBinding',
          'pods',
          'spec: { policyName: pods, validationActions: [Deny] }',
        ),
      ),
      'a store for the cluster': join(
        clusterObject('external-secrets.io/v1', 'ClusterSecretStore', 'vault', 'spec: {}'),
        object(
          'external-secrets.io/v1',
          'ExternalSecret',
          'a',
          'spec: { secretStoreRef: { kind: ClusterSecretStore, name: vault }, data: [] }',
        ),
      ),
    },
    bad: {
      'parameters of a Gateway that do not exist': join(
        object('gateway.nginx.org/v1alpha2', 'NginxProxy', 'edge', 'spec: {}'),
        gatewayWith('{ group: gateway.nginx.org, kind: NginxProxy, name: other }'),
      ),
      'an Issuer that does not exist': join(
        object('cert-manager.io/v1', 'Issuer', 'ca', 'spec: { selfSigned: {} }'),
        certificate('{ name: cb }'),
      ),
      'a ClusterIssuer meant as an Issuer': join(
        clusterObject('cert-manager.io/v1', 'ClusterIssuer', 'ca', 'spec: { selfSigned: {} }'),
        certificate('{ name: ca }'),
      ),
      'a ClusterIssuer that does not exist': join(
        clusterObject('cert-manager.io/v1', 'ClusterIssuer', 'ca', 'spec: { selfSigned: {} }'),
        certificate('{ kind: ClusterIssuer, name: cb }'),
      ),
      'the Cluster of a ScheduledBackup': join(
        object('postgresql.cnpg.io/v1', 'Cluster', 'pg', 'spec: { instances: 1 }'),
        object(
          'postgresql.cnpg.io/v1',
          'ScheduledBackup',
          'daily',
          'spec: { schedule: "0 0 0 * * *", cluster: { name: pgg } }',
        ),
      ),
      'the Cluster of a Pooler': join(
        object('postgresql.cnpg.io/v1', 'Cluster', 'pg', 'spec: { instances: 1 }'),
        object('postgresql.cnpg.io/v1', 'Pooler', 'p', 'spec: { cluster: { name: pgg }, pgbouncer: {} }'),
      ),
      'the Kafka of a topic': join(
        object('kafka.strimzi.io/v1', 'Kafka', 'events', 'spec: { kafka: { listeners: [] } }'),
        '{ apiVersion: kafka.strimzi.io/v1, kind: KafkaTopic, metadata: { name: t, namespace: shop, labels: { strimzi.io/cluster: event } }, spec: {} }',
      ),
      'the Service of a Rollout': object(
        'argoproj.io/v1alpha1',
        'Rollout',
        'web',
        `spec: { strategy: { blueGreen: { activeService: web } }, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [${container}] } } }`,
      ),
      'the policy of a binding': join(
        clusterObject('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'pods', 'spec: {}'),
        clusterObject(
          'admissionregistration.k8s.io/v1',
          'ValidatingAdmissionPolicyBinding',
          'pods',
          'spec: { policyName: pod, validationActions: [Deny] }',
        ),
      ),
      'the store of an ExternalSecret': join(
        object('external-secrets.io/v1', 'SecretStore', 'vault', 'spec: {}'),
        object('external-secrets.io/v1', 'ExternalSecret', 'a', 'spec: { secretStoreRef: { name: vaultt }, data: [] }'),
      ),
      'the account of a Prometheus': object(
        'monitoring.coreos.com/v1',
        'Prometheus',
        'k8s',
        'spec: { serviceAccountName: prometheus }',
      ),
      'the authentication of a trigger': join(
        web,
        object('keda.sh/v1alpha1', 'TriggerAuthentication', 'auth', 'spec: {}'),
        scaled('triggers: [{ type: kafka, metadata: {}, authenticationRef: { name: aut } }]'),
      ),
    },
  },
  'webhook-services': {
    good: {
      'a Service at 443': join(
        web,
        service('web', '{}', '{ port: 443, targetPort: http }'),
        webhook('{ name: web, namespace: shop }'),
      ),
      'a Service at another port': join(web, service('web'), webhook('{ name: web, namespace: shop, port: 80 }')),
      'a namespace outside the set': webhook('{ name: web, namespace: outside }'),
      'an address': clusterObject(
        'admissionregistration.k8s.io/v1',
        'MutatingWebhookConfiguration',
        'web',
        'webhooks: [{ name: web.example.org, admissionReviewVersions: [v1], sideEffects: None, clientConfig: { url: "https://example.org" } }]',
      ),
      'an API of the API server itself': clusterObject(
        'apiregistration.k8s.io/v1',
        'APIService',
        'v1.apps',
        'spec: { group: apps, version: v1, groupPriorityMinimum: 1, versionPriority: 1 }',
      ),
    },
    bad: {
      'a Service that does not exist': join(web, service('web'), webhook('{ name: webb, namespace: shop }')),
      'a Service without 443': join(web, service('web'), webhook('{ name: web, namespace: shop }')),
      'a port that it does not have': join(web, service('web'), webhook('{ name: web, namespace: shop, port: 8443 }')),
      'an aggregated API': join(
        web,
        clusterObject(
          'apiregistration.k8s.io/v1',
          'APIService',
          'v1.example.org',
          'spec: { group: example.org, version: v1, groupPriorityMinimum: 1, versionPriority: 1, service: { name: api, namespace: shop } }',
        ),
      ),
    },
  },
  'autoscaler-requests': {
    good: {
      'a request': join(requests('{ requests: { cpu: 100m } }'), hpa(cpu)),
      'a limit, which is the request': join(requests('{ limits: { cpu: 100m } }'), hpa(cpu)),
      'a default of the namespace': join(
        requests('{}'),
        object('v1', 'LimitRange', 'l', 'spec: { limits: [{ type: Container, defaultRequest: { cpu: 100m } }] }'),
        hpa(cpu),
      ),
      'an average value': join(
        requests('{}'),
        hpa(
          'metrics: [{ type: Resource, resource: { name: cpu, target: { type: AverageValue, averageValue: 500m } } }]',
        ),
      ),
      'a metric of the pods': join(
        requests('{}'),
        hpa(
          'metrics: [{ type: Pods, pods: { metric: { name: rps }, target: { type: AverageValue, averageValue: "10" } } }]',
        ),
      ),
      'a KEDA trigger by an average value': join(
        requests('{}'),
        scaled('triggers: [{ type: cpu, metricType: AverageValue, metadata: { value: "1" } }]'),
      ),
    },
    bad: {
      'no request': join(requests('{}'), hpa(cpu)),
      'a request of another resource': join(requests('{ requests: { memory: 1Gi } }'), hpa(cpu)),
      'a sidecar without one': join(
        workload(
          'Deployment',
          'web',
          '{ app: web }',
          '{ name: web, image: example.org/web:1, resources: { requests: { cpu: 100m } } }, { name: proxy, image: example.org/proxy:1 }',
        ),
        hpa(cpu),
      ),
      'a container of its own': join(
        requests('{}'),
        hpa(
          'metrics: [{ type: ContainerResource, containerResource: { name: cpu, container: web, target: { type: Utilization, averageUtilization: 70 } } }]',
        ),
      ),
      'a KEDA trigger': join(
        requests('{}'),
        scaled('triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "70" } }]'),
      ),
    },
  },
  'autoscaler-targets': {
    good: {
      'a ScaledObject of a Deployment': join(web, scaled(cron)),
      'a ScaledObject of a custom kind': object(
        'keda.sh/v1alpha1',
        'ScaledObject',
        'web',
        `spec: { scaleTargetRef: { apiVersion: example.org/v1, kind: Fleet, name: web }, ${cron} }`,
      ),
    },
    bad: {
      'a ScaledObject of nothing': scaled(cron),
      'a StatefulSet meant as a Deployment': join(workload('StatefulSet', 'web', '{ app: web }'), scaled(cron)),
      'two autoscalers': join(requests('{ requests: { cpu: 100m } }'), hpa(cpu), scaled(cron)),
    },
  },
  'autoscaler-ranges': {
    good: { 'the same number': join(web, scaled(`minReplicaCount: 3, maxReplicaCount: 3, ${cron}`)) },
    bad: {
      'a minimum above the maximum': join(web, scaled(`minReplicaCount: 3, maxReplicaCount: 2, ${cron}`)),
      'a minimum above the default maximum': join(web, scaled(`minReplicaCount: 101, ${cron}`)),
    },
  },
  'shared-pods': {
    good: {
      'labels of their own': join(web, workload('Deployment', 'worker', '{ app: worker }')),
      'a canary with a track': join(
        workload('Deployment', 'stable', '{ app: web, track: stable }'),
        workload('Deployment', 'canary', '{ app: web, track: canary }'),
      ),
      'the same labels in two namespaces': join(web, web.replaceAll('namespace: shop', 'namespace: other')),
      'a DaemonSet for each architecture': join(
        workload('DaemonSet', 'agent-amd64', '{ app: agent }'),
        workload('DaemonSet', 'agent-arm64', '{ app: agent }'),
      ),
      'a budget for each': join(
        two('Deployment', 'a', '{ app: a }'),
        two('Deployment', 'b', '{ app: b }'),
        budget('a', '{ app: a }'),
        budget('b', '{ app: b }'),
      ),
    },
    bad: {
      'two Deployments': join(web, workload('Deployment', 'worker', '{ app: web }')),
      'a Deployment and a StatefulSet': join(web, workload('StatefulSet', 'store', '{ app: web }')),
      'two budgets of one workload': join(
        two('Deployment', 'a', '{ app: a }'),
        budget('a', '{ app: a }'),
        budget('b', '{ app: a }'),
      ),
      'a budget for all, and one for some': join(
        two('Deployment', 'a', '{ app: a, part-of: shop }'),
        budget('a', '{ app: a }'),
        budget('b', '{ part-of: shop }'),
      ),
    },
  },
  'selector-versions': {
    good: {
      'a variant that lasts': workload('Deployment', 'reviews-v1', '{ app: reviews, version: v1 }'),
      'a release in the name of the workload': workload('Deployment', 'web-1.2.3', '{ app: web, version: "1.2.3" }'),
      'the name of the chart': workload(
        'Deployment',
        'web',
        '{ app.kubernetes.io/name: web, app.kubernetes.io/instance: shop }',
      ),
    },
    bad: {
      'a chart': workload('Deployment', 'web', '{ app: web, helm.sh/chart: web-1.2.3 }'),
      'a version': workload('Deployment', 'web', '{ app: web, app.kubernetes.io/version: "1.2" }'),
      'a release': workload('StatefulSet', 'web', '{ app: web, version: v1.2.3 }'),
      'a commit': workload('DaemonSet', 'web', '{ app: web, commit: 0a1b2c3d }'),
      'a claim template': workload(
        'StatefulSet',
        'web',
        '{ app: web }',
        container,
        'volumeClaimTemplates: [{ metadata: { name: data, labels: { helm.sh/chart: web-1.2.3 } }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }],',
      ),
    },
  },
  'claim-volumes': {
    good: {
      'a volume that fits': join(volume('storageClassName: manual'), claim('storageClassName: manual')),
      'a smaller claim': join(volume('storageClassName: manual'), claim('storageClassName: manual', '1Gi')),
      'another class, which has a provisioner': join(
        volume('storageClassName: manual'),
        claim('storageClassName: fast', '9Gi'),
      ),
      'a class with a provisioner': join(
        clusterObject('storage.k8s.io/v1', 'StorageClass', 'fast', 'provisioner: csi.example.org'),
        volume('storageClassName: fast'),
        claim('storageClassName: fast', '9Gi'),
      ),
      'a named volume': join(volume('storageClassName: ""'), claim('storageClassName: "", volumeName: data')),
      'a volume for another claim': join(
        volume('storageClassName: manual, claimRef: { name: other, namespace: shop }'),
        claim('storageClassName: manual', '9Gi'),
      ),
    },
    bad: {
      'more than there is': join(volume('storageClassName: manual'), claim('storageClassName: manual', '9Gi')),
      'a mode that the volume lacks': join(
        volume('storageClassName: manual'),
        claim('storageClassName: manual', '1Gi', 'ReadWriteMany'),
      ),
      'a named volume of another class': join(
        volume('storageClassName: slow'),
        claim('storageClassName: fast, volumeName: data'),
      ),
      'a named volume that is too small': join(
        volume('storageClassName: slow'),
        claim('storageClassName: slow, volumeName: data', '9Gi'),
      ),
      'a class without a provisioner': join(
        clusterObject('storage.k8s.io/v1', 'StorageClass', 'local', 'provisioner: kubernetes.io/no-provisioner'),
        volume('storageClassName: local'),
        claim('storageClassName: local', '9Gi'),
      ),
    },
  },
  'relabel-labels': {
    good: {
      'a Service of endpoints': prometheus('endpoints', '__meta_kubernetes_service_label_app'),
      'a pod of endpoints': prometheus('endpoints', '__meta_kubernetes_pod_container_port_name'),
      'a port of endpoints': prometheus('endpoints', '__meta_kubernetes_endpoint_port_name'),
      'a port of slices': prometheus('endpointslice', '__meta_kubernetes_endpointslice_port_name'),
      'a port of a Service': prometheus('service', '__meta_kubernetes_service_port_name'),
      'an address of a node': prometheus('node', '__meta_kubernetes_node_address_InternalIP'),
      'an annotation of a pod': prometheus('pod', '__meta_kubernetes_pod_annotation_prometheus_io_scrape'),
      'a host of an Ingress': prometheus('ingress', '__meta_kubernetes_ingress_host'),
      'a label of no discovery': prometheus('pod', '__address__'),
    },
    bad: {
      'a port of a Service of endpoints': prometheus('endpoints', '__meta_kubernetes_service_port_name'),
      'endpoints of pods': prometheus('pod', '__meta_kubernetes_endpoint_port_name'),
      'a Service of pods': prometheus('pod', '__meta_kubernetes_service_name'),
      'endpoints of slices': prometheus('endpointslice', '__meta_kubernetes_endpoint_port_name'),
      'a pod of Services': prometheus('service', '__meta_kubernetes_pod_name'),
      'a pod of nodes': prometheus('node', '__meta_kubernetes_pod_node_name'),
      'a misspelt label': prometheus('pod', '__meta_kubernetes_pod_port_name'),
      'a ServiceMonitor': join(
        web,
        service('web'),
        monitor(
          'ServiceMonitor',
          `${selectsWeb}, endpoints: [{ port: http, relabelings: [{ sourceLabels: [__meta_kubernetes_service_port_name], targetLabel: x }] }]`,
        ),
      ),
      'a PodMonitor': join(
        web,
        monitor(
          'PodMonitor',
          `${selectsWeb}, podMetricsEndpoints: [{ port: http, relabelings: [{ sourceLabels: [__meta_kubernetes_service_name], targetLabel: x }] }]`,
        ),
      ),
    },
  },
  bindings: {
    good: {
      'an account of its own namespace': join(
        account('web'),
        binding('RoleBinding', '{ kind: ServiceAccount, name: web }'),
      ),
      'an account outside the set': join(
        account('web'),
        binding('RoleBinding', '{ kind: ServiceAccount, name: prometheus, namespace: monitoring }'),
      ),
      'an account of the cluster': join(
        account('web'),
        binding('RoleBinding', '{ kind: ServiceAccount, name: web, namespace: kube-system }'),
      ),
    },
    bad: {
      'an account in another namespace': join(
        account('web'),
        binding('RoleBinding', '{ kind: ServiceAccount, name: web, namespace: default }'),
      ),
      'an account in another namespace, for the whole cluster': join(
        account('web'),
        binding('ClusterRoleBinding', '{ kind: ServiceAccount, name: web, namespace: default }'),
      ),
      'an account that does not exist': join(
        account('web'),
        binding('RoleBinding', '{ kind: ServiceAccount, name: webb, namespace: shop }'),
      ),
    },
  },
};

function findings(text: string): string[] {
  const objects = parseAllDocuments(text).map((document): unknown => document.toJS());
  return lintManifests(objects, { policy: false }).map((finding) => `${finding.rule} | ${formatFinding(finding)}`);
}

describe.each(Object.entries(cases))('%s', (rule, { good, bad }) => {
  test.each(Object.entries(good))('finds nothing in %s', (_, text) => {
    expect(findings(text)).toEqual([]);
  });

  test.each(Object.entries(bad))('finds one thing in %s', (_, text) => {
    expect(findings(text)).toEqual([expect.stringMatching(new RegExp(`^${rule} \\| `))]);
  });
});

test('a Secret that an operator of the set may make in its own namespace is unknown', () => {
  const operator = object(
    'apps/v1',
    'Deployment',
    'operator',
    'spec: { selector: { matchLabels: { app: o } }, template: { metadata: { labels: { app: o } }, spec: { serviceAccountName: operator, containers: [{ name: o, image: example.org/o:1 }], volumes: [{ name: c, secret: { secretName: certs } }] } } }',
  );
  const role = (verb: string) =>
    object(
      'rbac.authorization.k8s.io/v1',
      'Role',
      'operator',
      `rules: [{ apiGroups: [""], resources: [secrets], verbs: [${verb}] }]`,
    );
  const bound = object(
    'rbac.authorization.k8s.io/v1',
    'RoleBinding',
    'operator',
    'roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: operator }, subjects: [{ kind: ServiceAccount, name: operator }]',
  );
  expect(findings(join(account('operator'), operator, bound, role('create')))).toEqual([]);
  expect(findings(join(account('operator'), operator, bound, role('get')))).toHaveLength(1);
  const admission = join(
    service('hook', '{}', '{ port: 443 }').replace('app: web', 'app: o'),
    webhook('{ name: hook, namespace: shop }'),
  );
  expect(findings(join(account('operator'), operator, bound, role('get'), admission))).toEqual([]);
});
