import { Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { ClusterChart } from '../lib/charts/cluster-chart';
import { ConfigBundle } from '../lib/constructs/config/config-bundle';
import { SecretBundle } from '../lib/constructs/config/secret-bundle';
import { ServiceRoute } from '../lib/constructs/gateway/service-route';
import { ServiceIngress } from '../lib/constructs/ingress/service-ingress';
import { makeSmallResources } from '../lib/constructs/kubernetes/resources';
import { NamespaceLimits } from '../lib/constructs/namespace/namespace-limits';
import { PlatformNamespace, ServiceAccess } from '../lib/constructs/namespace/platform-namespace';
import { Priorities } from '../lib/constructs/namespace/priorities';
import { NetworkPolicies } from '../lib/constructs/network/network-policies';
import { internet, tcp, workload } from '../lib/constructs/network/well-known-peers';
import { Postgres } from '../lib/constructs/postgres/postgres';
import { Redis } from '../lib/constructs/redis/redis';
import { ReplicatedRedis } from '../lib/constructs/redis/replicated-redis';
import { Microservice } from '../lib/constructs/service/microservice';
import { ValidationError } from '../lib/platform/errors';
import { backendApi } from '../lib/veza/services/backend-api';

import { cache, database } from './constructs/postgres/support/stores';
import { gatewayOfKind } from './support/edges';
import { fieldPaths, valueAt, wrongTypes } from './support/fields';
import { catalog, namespaceScope } from './support/shop';

/** A construct as code without types uses it. */
type ConstructClass = new (scope: Construct, id: string, props: never) => Construct;

const chart = Testing.chart();
const config = new ConfigBundle(chart, 'config', { namespaceScope, settings: { GREETING: 'hello' }, files: {} });
const secrets = new SecretBundle(chart, 'secrets', {
  namespaceScope,
  keys: ['DB_PASSWORD'],
  source: { kind: 'existing' },
});
const password = { secretName: 'shop-secrets', key: 'DB_PASSWORD' };
const { exposure } = backendApi;

const constructs: readonly [ConstructClass, object][] = [
  [ConfigBundle, { namespaceScope, settings: { GREETING: 'hello' }, files: { 'a.conf': 'a' } }],
  [SecretBundle, { namespaceScope, keys: ['A'], source: { kind: 'existing' } }],
  [PlatformNamespace, { namespaceScope, podSecurity: 'restricted' }],
  [Priorities, { namespaceScope, values: { services: 1, stores: 2 } }],
  [ServiceAccess, { namespaceScope, imagePullSecrets: ['regcred'], callsKubernetes: true }],
  [
    NamespaceLimits,
    {
      namespaceScope,
      quotaUsages: [
        {
          workload: 'catalog',
          pods: 1,
          containers: [makeSmallResources('10m', '16Mi')],
          initContainers: [],
          claims: ['1Gi'],
        },
      ],
    },
  ],
  [NetworkPolicies, { namespaceScope, connections: [{ from: workload('a'), to: internet, ports: [tcp(443)] }] }],
  [Redis, { namespaceScope, cache, priorityClassName: 'stores' }],
  [
    ReplicatedRedis,
    {
      namespaceScope,
      cache: { ...cache, kind: 'replicated', secrets: { kind: 'existing' } },
      password,
      priorityClassName: 'stores',
    },
  ],
  [
    Postgres,
    {
      namespaceScope,
      database,
      priorityClassName: 'stores',
      postgresConf: { configMapName: 'shop-config', key: 'postgres.conf' },
      roles: [],
      passwordSecret: 'shop-secrets',
      backupPassword: password,
    },
  ],
  [
    ServiceRoute,
    {
      identity: { ...namespaceScope, name: 'shop-catalog', component: 'api' },
      exposure,
      host: 'shop-catalog-service',
      port: 80,
      domain: 'shop.test',
      gateway: gatewayOfKind('portable'),
      parent: { name: 'shop', namespace: 'shop-test-edge' },
    },
  ],
  [
    ServiceIngress,
    {
      identity: { ...namespaceScope, name: 'shop-catalog', component: 'api' },
      exposure,
      host: 'shop-catalog-service',
      port: 80,
      domain: 'shop.test',
      ingress: {
        kind: 'ingress',
        className: 'plain',
        controller: 'plain',
        controllerNamespace: 'gateway',
        controllerCidrs: [],
        clientAddress: 'connection',
        clusterIssuer: 'issuer',
        publicCertificates: 'trusted',
      },
    },
  ],
  [
    Microservice,
    {
      namespaceScope,
      contract: catalog,
      scaling: { kind: 'fixed', replicas: 2 },
      resources: makeSmallResources('10m', '16Mi'),
      version: 'v1.0.0',
      config,
      secrets,
      serviceAccountName: 'shop-service-account',
      priorityClassName: 'services',
    },
  ],
  [ClusterChart, { platform: 'shop', cluster: { namespace: 'nodes', maximumNodes: 3 } }],
];

let made = 0;

/** The lines of the error with which a construct refuses its properties. */
function refusal(construct: ConstructClass, props: object): readonly string[] {
  made += 1;
  try {
    new construct(Testing.chart(), `construct-${made}`, props as never);
  } catch (error) {
    if (error instanceof ValidationError) return error.problems;
    throw error;
  }
  return [];
}

/** A copy without what stands at a path, or with something else there; everything outside the path is shared. */
function altered(props: object, path: string, value: unknown): object {
  const [key = '', ...rest] = path.split('.');
  const inner = rest.length === 0 ? value : altered(Object(valueAt(props, key)), rest.join('.'), value);
  const copy = Array.isArray(props) ? [...props] : { ...props };
  if (inner === undefined) Reflect.deleteProperty(copy, key);
  else Reflect.set(copy, key, inner);
  return copy;
}

describe.each(constructs.map(([construct, props]) => [construct.name, construct, props] as const))(
  '%s',
  (_, construct, props) => {
    // A bundle is a construct itself, and no data; the names inside a list are the author's choice.
    const paths = fieldPaths({ ...props, config: undefined, secrets: undefined }).filter((path) =>
      valueAt(props, path),
    );
    const free =
      /\.\d+$|^settings\.|^files\.|podLabels\.|^contract\.(portVariables|servicePorts|metrics\.exports)\.[^.]+$/;

    test('makes its objects of what is right', () => {
      expect(refusal(construct, props)).toStrictEqual([]);
    });

    test('refuses its properties without each field', () => {
      for (const path of paths.filter((each) => !free.test(each))) {
        expect([path, refusal(construct, altered(props, path, undefined)).length]).not.toStrictEqual([path, 0]);
      }
    });

    test('refuses each field of a wrong type', () => {
      for (const path of [...paths, ...['config', 'secrets'].filter((name) => name in props)]) {
        for (const wrong of wrongTypes(valueAt(props, path))) {
          expect([path, wrong, refusal(construct, altered(props, path, wrong)).length]).not.toStrictEqual([
            path,
            wrong,
            0,
          ]);
        }
      }
    });
  },
);

test('a contract that refers to a port that it does not have is refused by the service alone', () => {
  const [, props] = constructs.find(([construct]) => construct === Microservice) ?? [];
  expect(refusal(Microservice, { ...props, contract: { ...catalog, portVariables: { PORT: 'web' } } })).toStrictEqual([
    'Microservice.contract.portVariables: web does not exist; there are http, metrics',
  ]);
});
