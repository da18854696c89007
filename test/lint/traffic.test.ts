import { findingsAfter, put } from './changes';
import { podWith, testRule, together } from './rule-cases';

describe('service-selectors', () => {
  test('a selector that selects nothing', () => {
    expect(findingsAfter([put('shop Service/resolver', '/spec/selector/app', 'resolvers')])).toEqual([
      'service-selectors | shop Service/resolver: spec.selector: app=resolvers selects no pod',
    ]);
  });

  test('a pod of a StatefulSet that does not exist', () => {
    expect(
      findingsAfter([
        put('shop Service/database-primary', '/spec/selector', { 'statefulset.kubernetes.io/pod-name': 'postgres-0' }),
      ]),
    ).toEqual([
      'service-selectors | shop Service/database-primary: spec.selector: statefulset.kubernetes.io/pod-name=postgres-0 selects no pod',
    ]);
  });
});

test('an ExternalName ignores its selector, which may select nothing', () => {
  const findings = findingsAfter([put('shop Service/legacy', '/spec/selector', { app: 'nowhere' })]);
  expect(findings.filter((finding) => !finding.startsWith('external-name-selectors'))).toEqual([]);
});

describe('service-ports', () => {
  test('a target port of an unknown number', () => {
    expect(findingsAfter([put('shop Service/resolver', '/spec/ports/0/targetPort', 53)])).toEqual([
      'stated-ports | shop Service/resolver: spec.ports[0].targetPort: Deployment resolver states no port 53/UDP (it states dns 5353/UDP, dns-tcp 5353/TCP)',
    ]);
  });

  test('a target port of an unknown name', () => {
    expect(findingsAfter([put('shop Service/web', '/spec/ports/0/targetPort', 'https')])).toEqual([
      'service-ports | shop Service/web: spec.ports[0].targetPort: Deployment web has no port "https" (it has http 8080/TCP, metrics 8080/TCP, logs 5140/UDP)',
    ]);
  });

  test('a target port of the other protocol', () => {
    expect(findingsAfter([put('shop Service/web', '/spec/ports/1/protocol', 'UDP')])).toEqual([
      'stated-ports | shop Service/web: spec.ports[1].port: Deployment web states no port 8080/UDP (it states http 8080/TCP, metrics 8080/TCP, logs 5140/UDP)',
    ]);
  });

  test('a port that is its own target', () => {
    expect(findingsAfter([put('shop Service/database-primary', '/spec/ports/0/port', 5433)])).toEqual([
      'stated-ports | shop Service/database-primary: spec.ports[0].port: StatefulSet database states no port 5433/TCP (it states postgres 5432/TCP, metrics 9187/TCP)',
    ]);
  });

  test('two ports of one name', () => {
    expect(findingsAfter([put('shop Service/resolver', '/spec/ports/1/name', 'dns')])).toEqual([
      'service-values | shop Service/resolver: spec.ports[1]: another port has the name "dns"',
    ]);
  });

  test('one port twice', () => {
    expect(findingsAfter([put('shop Service/resolver', '/spec/ports/1/protocol', 'UDP')])).toEqual([
      'service-values | shop Service/resolver: spec.ports[1]: there is another port 53/UDP',
    ]);
  });
});

describe('ingress-backends', () => {
  test('a Service that does not exist', () => {
    expect(
      findingsAfter([put('shop Ingress/shop', '/spec/rules/0/http/paths/0/backend/service/name', 'website')]),
    ).toEqual([
      'ingress-backends | shop Ingress/shop: spec.rules[0].http.paths[0].backend.service: Service website does not exist in shop (there is legacy, mainframe, resolver, echo, web, database, database-pods, database-primary)',
    ]);
  });

  test('a port number that the Service does not have', () => {
    expect(
      findingsAfter([put('shop Ingress/shop-canary', '/spec/rules/0/http/paths/0/backend/service/port/number', 81)]),
    ).toEqual([
      'ingress-backends | shop Ingress/shop-canary: spec.rules[0].http.paths[0].backend.service.port.number: Service web has no port 81 (it has http 80, metrics 8080)',
    ]);
  });

  test('a port name that the Service does not have', () => {
    expect(
      findingsAfter([put('shop Ingress/shop', '/spec/rules/0/http/paths/0/backend/service/port/name', 'https')]),
    ).toEqual([
      'ingress-backends | shop Ingress/shop: spec.rules[0].http.paths[0].backend.service.port.name: Service web has no port "https" (it has http 80, metrics 8080)',
    ]);
  });

  test('the default backend', () => {
    expect(findingsAfter([put('shop Ingress/legacy', '/spec/defaultBackend/service/name', 'legacies')])).toEqual([
      'ingress-backends | shop Ingress/legacy: spec.defaultBackend.service: Service legacies does not exist in shop (there is legacy, mainframe, resolver, echo, web, database, database-pods, database-primary)',
    ]);
  });
});

describe('ingress-hosts', () => {
  test('a certificate for a host that no rule has', () => {
    expect(
      findingsAfter([put('shop Ingress/shop', '/spec/tls/0/hosts', ['shop.example.com', 'www.example.com'])]),
    ).toEqual([
      'ingress-hosts | shop Ingress/shop: spec.tls[0].hosts[1]: no rule has the host "www.example.com" (there is shop.example.com)',
    ]);
  });

  test('a rule for a host without a certificate', () => {
    expect(findingsAfter([put('shop Ingress/tenants', '/spec/rules/1/host', 'a.south.shop.example.com')])).toEqual([
      'ingress-certificates | shop Ingress/tenants: spec.rules[1].host: no certificate is for the host "a.south.shop.example.com" (there is *.shop.example.com)',
    ]);
  });
});

describe('ingress-paths', () => {
  test('one host and path twice', () => {
    expect(findingsAfter([put('shop Ingress/shop-canary', '/metadata/annotations', undefined)])).toEqual([
      'ingress-paths | shop Ingress/shop-canary: spec.rules[0].http.paths[0]: shop Ingress/shop claims shop.example.com/ already',
    ]);
  });
});

describe('peers in settings', () => {
  const noEnvFile = put('shop ConfigMap/web', '/data/app.env', '');

  test('a host that is a misspelt Service', () => {
    expect(
      findingsAfter([noEnvFile, put('shop Deployment/web', '/spec/template/spec/containers/0/env/1/value', 'databse')]),
    ).toEqual([
      'peer-services | shop Deployment/web: spec.template.spec.containers[0].env[DB_HOST]: DB_HOST is "databse": Service databse does not exist in shop (there is legacy, mainframe, resolver, echo, web, database, database-pods, database-primary)',
    ]);
  });

  test('a port that the Service does not have', () => {
    expect(
      findingsAfter([noEnvFile, put('shop Deployment/web', '/spec/template/spec/containers/0/env/2/value', '5433')]),
    ).toEqual([
      'peer-services | shop Deployment/web: spec.template.spec.containers[0].env[DB_PORT]: DB_PORT is 5433, but Service database has no such port (it has 5432)',
    ]);
  });

  test('a host in an env file', () => {
    expect(findingsAfter([put('shop ConfigMap/web', '/data/app.env', 'CACHE_HOST=redis\nCACHE_PORT=6379\n')])).toEqual([
      'peer-settings | shop Deployment/web: spec.template.spec.containers[0].volumeMounts[1]: CACHE_HOST is "redis": Service redis does not exist in shop (there is legacy, mainframe, resolver, echo, web, database, database-pods, database-primary)',
    ]);
  });
});

const service = (name: string, namespace = 'shop') =>
  `{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: ${namespace}}, spec: {ports: [{port: 5432}]}}`;
const calls = (host: string, port = '5432') =>
  together(service('postgres'), podWith(`env: [{name: DB_HOST, value: ${host}}, {name: DB_PORT, value: "${port}"}]`));

testRule('peer-services', {
  good: [
    ['a Service of the namespace', calls('postgres')],
    ['its whole name', calls('postgres.shop.svc.cluster.local')],
    ['a name that is like none', calls('mysql')],
    ['another of its kind', calls('postgres-2')],
    ['a host outside of the cluster', calls('postgre.example.org')],
    ['a namespace that is not in the set', calls('postgres.store.svc')],
    ['a port that is none', calls('postgres', '$(PORT)')],
  ],
  bad: [
    ['a misspelt name', calls('postgers')],
    ['a misspelt name with its namespace', calls('postgers.shop')],
    ['another name in the namespace', calls('mysql.shop.svc')],
    [
      'another name in a namespace of the set',
      together(service('web', 'store'), calls('mysql.store.svc.cluster.local')),
    ],
    ['another port', calls('postgres.shop.svc', '5433')],
  ],
});
