import { testRule, together } from './rule-cases';

const ingress = (target: string, paths: readonly string[], annotations = '') =>
  `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop, annotations: {nginx.ingress.kubernetes.io/rewrite-target: '${target}', ${annotations}}}, spec: {rules: [{http: {paths: [${paths.map((path) => `{path: '${path}', pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}`)}]}}]}}`;

testRule('rewrite-captures', {
  good: [
    ['the documented form', ingress('/$2', ['/api(/|$)(.*)'])],
    ['one group', ingress('/$1', ['/(.*)'])],
    ['no group is inserted', ingress('/', ['/api'])],
    ['a group in a folder', ingress('/v1/$1', ['/api/(.+)'])],
    ['a group with a name', ingress('/$1', ['/api/(?<rest>.*)'])],
    ['a group that is not inserted', ingress('/$1', ['/(?:api|web)/(.*)'])],
    ['two paths', ingress('/$2', ['/api(/|$)(.*)', '/web(/|$)(.*)'])],
    ['more groups than are inserted', ingress('/$1', ['/(api|web)/(.*)'])],
    [
      'a canary, whose rewrite is that of the main one',
      ingress('/$2', ['/api'], "nginx.ingress.kubernetes.io/canary: 'true'"),
    ],
    ['variables of nginx', ingress('$request_uri', ['/api'])],
    ['no rewrite', ingress('/$2', ['/api']).replace('nginx.ingress.kubernetes.io/rewrite-target', 'example.org/note')],
  ],
  bad: [
    ['no group', ingress('/$2', ['/api'])],
    ['no group for $1', ingress('/$1', ['/api'])],
    ['one group of two', ingress('/$2', ['/api/(.*)'])],
    ['the root', ingress('/$1', ['/'])],
    ['one of two paths', ingress('/$2', ['/api(/|$)(.*)', '/web'])],
    ['an escaped bracket', ingress('/$1', ['/api\\(.*\\)'])],
    ['a bracket in a class', ingress('/$1', ['/api[(]'])],
    ['a group that is not inserted', ingress('/$1', ['/(?:api|web)'])],
    ['an address', ingress('https://example.org/$1', ['/api'])],
    ['two that are inserted', ingress('/$1/$3', ['/(a)/(b)'])],
  ],
});

const service = (spec: string) =>
  `{apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop}, spec: {${spec}}}`;

testRule('external-name-selectors', {
  good: [
    ['an alias', service('type: ExternalName, externalName: db.example.org')],
    ['an alias with an empty selector', service('type: ExternalName, externalName: db.example.org, selector: {}')],
    ['a Service with a selector', service('selector: {app: db}, ports: [{port: 80}]')],
    ['a Service without selector', service('ports: [{port: 80}]')],
  ],
  bad: [['an alias with a selector', service('type: ExternalName, externalName: db.example.org, selector: {app: db}')]],
});

const pod = (name: string, fields = '', spec = '') =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, spec: {containers: [{name: ${name}, image: example.org/a:1, ${fields}}], ${spec}}}`;
const policy = (egress: string, name = 'web', selector = 'matchLabels: {app: web}', types = 'Egress') =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {podSelector: {${selector}}, policyTypes: [${types}], egress: [${egress}]}}`;
const toDatabase = '{to: [{podSelector: {matchLabels: {app: db}}}]}';
const named = 'env: [{name: DB_HOST, value: db}]';
const pods = together(pod('web', named), pod('db'));
const dns = (to: string, port = '{port: 53, protocol: UDP}') => `{to: [${to}], ports: [${port}]}`;
const clusterDns = 'namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}';

testRule('dns-egress', {
  good: [
    ['DNS allowed', together(pods, policy(`${toDatabase}, ${dns(`{${clusterDns}}`)}`))],
    ['DNS allowed to every peer', together(pods, policy(`${toDatabase}, {ports: [{port: 53}]}`))],
    ['DNS by the name of its port', together(pods, policy(`${toDatabase}, ${dns('', '{port: dns}')}`))],
    ['a range of ports', together(pods, policy(`${toDatabase}, {ports: [{port: 1, endPort: 1024}]}`))],
    ['another policy allows DNS', together(pods, policy(toDatabase), policy(dns(`{${clusterDns}}`), 'dns', ''))],
    ['everything outside of the namespace', together(pods, policy(`${toDatabase}, {to: [{namespaceSelector: {}}]}`))],
    ['a block of addresses', together(pods, policy(`${toDatabase}, {to: [{ipBlock: {cidr: 10.0.0.0/8}}]}`))],
    ['everything', together(pods, policy(`${toDatabase}, {}`))],
    [
      'addresses instead of names',
      together(pod('web', 'env: [{name: DB_HOST, value: 10.0.0.1}]'), pod('db'), policy(toDatabase)),
    ],
    ['pods that connect to nothing', together(pod('web'), pod('db'), policy(toDatabase))],
    ['a policy that denies all', together(pods, policy(''))],
    ['a policy for ingress only', together(pods, policy(toDatabase, 'web', 'matchLabels: {app: web}', 'Ingress'))],
    [
      'policies of another kind, which may allow it',
      together(
        pods,
        policy(toDatabase),
        '{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: dns, namespace: shop}}',
      ),
    ],
    ['the network of the node', together(pod('web', named, 'hostNetwork: true'), pod('db'), policy(toDatabase))],
  ],
  bad: [
    ['a host in a variable', together(pods, policy(toDatabase))],
    [
      'a port of the peers',
      together(pods, policy('{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}')),
    ],
    [
      'a URL in a variable',
      together(
        pod('web', 'env: [{name: DATABASE_URL, value: "postgres://shop:$(PASSWORD)@db:5432/shop"}]'),
        pod('db'),
        policy(toDatabase),
      ),
    ],
    [
      'a qualified name',
      together(pod('web', 'env: [{name: DB_HOST, value: db.shop.svc.cluster.local}]'), pod('db'), policy(toDatabase)),
    ],
    [
      'a list of brokers',
      together(
        pod('web', 'env: [{name: KAFKA_BROKERS, value: "kafka-0:9092,kafka-1:9092"}]'),
        pod('db'),
        policy(toDatabase),
      ),
    ],
    [
      'a Service in an argument',
      together(
        pod('web', 'args: ["--db=db:5432"]'),
        pod('db'),
        '{apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop}, spec: {selector: {app: db}, ports: [{port: 5432}]}}',
        policy(toDatabase),
      ),
    ],
    [
      'DNS for other pods',
      together(pods, policy(toDatabase), policy(dns(`{${clusterDns}}`), 'dns', 'matchLabels: {app: db}')),
    ],
    ['HTTPS to every peer', together(pods, policy(`${toDatabase}, {ports: [{port: 443}]}`))],
    ['both directions', together(pods, policy(toDatabase, 'web', 'matchLabels: {app: web}', 'Ingress, Egress'))],
    ['all pods of the namespace', together(pods, policy('{to: [{podSelector: {}}]}', 'all', ''))],
  ],
});

const gateway = (listeners: string, namespace = 'shop') =>
  `{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: edge, namespace: ${namespace}}, spec: {gatewayClassName: nginx, listeners: [${listeners}]}}`;
const certificate = (secretName: string, dnsNames: string, namespace = 'shop') =>
  `{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: web, namespace: ${namespace}}, spec: {secretName: ${secretName}, dnsNames: [${dnsNames}], issuerRef: {kind: ClusterIssuer, name: letsencrypt}}}`;
const https = (hostname: string, refs = '{name: web-tls}') =>
  `{name: www, port: 443, protocol: HTTPS, ${hostname} tls: {certificateRefs: [${refs}]}}`;
const www = 'hostname: www.example.org,';

testRule('listener-certificates', {
  good: [
    ['the host', together(gateway(https(www)), certificate('web-tls', 'www.example.org'))],
    ['one of its hosts', together(gateway(https(www)), certificate('web-tls', 'example.org, www.example.org'))],
    ['a wildcard', together(gateway(https(www)), certificate('web-tls', "'*.example.org'"))],
    [
      'the second certificate',
      together(
        gateway(https(www, '{name: web-tls}, {name: www-tls}')),
        certificate('web-tls', 'example.org'),
        certificate('www-tls', 'www.example.org'),
      ),
    ],
    ['a Secret of others', together(gateway(https(www, '{name: old-tls}')), certificate('web-tls', 'example.org'))],
    ['the Secret of another namespace', together(gateway(https(www)), certificate('web-tls', 'example.org', 'other'))],
    ['a listener without a host', together(gateway(https('')), certificate('web-tls', 'example.org'))],
    ['plain HTTP', together(gateway('{name: http, port: 80, protocol: HTTP}'), certificate('web-tls', 'example.org'))],
  ],
  bad: [
    ['another host', together(gateway(https(www)), certificate('web-tls', 'example.org'))],
    ['a wildcard below', together(gateway(https(www)), certificate('web-tls', "'*.www.example.org'"))],
    [
      'the certificate of another namespace',
      together(
        gateway(https(www, '{name: web-tls, namespace: other}')),
        certificate('web-tls', 'example.org', 'other'),
      ),
    ],
  ],
});

const trafficPolicy = (name: string, target: string, kind = 'BackendTrafficPolicy', namespace = 'shop') =>
  `{apiVersion: gateway.envoyproxy.io/v1alpha1, kind: ${kind}, metadata: {name: ${name}, namespace: ${namespace}}, spec: {targetRefs: [{group: gateway.networking.k8s.io, ${target}}]}}`;
const route = 'kind: HTTPRoute, name: web';

testRule('policy-conflicts', {
  good: [
    ['one policy', trafficPolicy('a', route)],
    ['two routes', together(trafficPolicy('a', route), trafficPolicy('b', 'kind: HTTPRoute, name: api'))],
    ['a route and a Gateway', together(trafficPolicy('a', route), trafficPolicy('b', 'kind: Gateway, name: web'))],
    ['two kinds', together(trafficPolicy('a', route), trafficPolicy('b', route, 'SecurityPolicy'))],
    ['two namespaces', together(trafficPolicy('a', route), trafficPolicy('a', route, 'BackendTrafficPolicy', 'other'))],
    ['a rule of the route', together(trafficPolicy('a', route), trafficPolicy('b', `${route}, sectionName: slow`))],
  ],
  bad: [
    ['the same route', together(trafficPolicy('a', route), trafficPolicy('b', route))],
    [
      'the old field',
      together(
        trafficPolicy('a', route),
        trafficPolicy('b', route).replace(/targetRefs: \[(\{.*?\})\]/, 'targetRef: $1'),
      ),
    ],
  ],
});
