import { defaultParameters } from '../lib/platform/settings/postgres-parameters';
import { environments } from '../lib/veza/environments/environments';
import { veza } from '../lib/veza/veza';
import { type Difference, differences, guideObjects } from './support/guide';
import { knownManifests } from './support/known-manifests';
import { distFolder, idOf, type Manifest, readManifests } from './support/manifests';

/** Differences by their reasons. */
type Deviations = Readonly<Record<string, readonly Difference[]>>;

const services = ['backend-api', 'chat-server', 'stream-server'];
const ingresses = ['veza-api-ingress', 'veza-chat-ingress'];
const pod = (service: string) => `Deployment/veza-${service} spec.template.spec`;
const container = (service: string) => `${pod(service)}.containers[${service}]`;

/** Decisions of ours, and defects of the guide (see docs/decisions/guide-defects.md): the same in both environments. */
const everywhere: Deviations = {
  'the authority of the database is known, so services verify it': [
    ['ConfigMap/veza-config data.app.env.DB_SSL_MODE', 'verify-full'],
  ],
  'gRPC listens on a port of its own, since metrics took it': [
    ['ConfigMap/veza-config data.app.env.GRPC_PORT', '50051'],
  ],
  'a secret stands in veza-secrets alone': [['ConfigMap/veza-config data.app.env.JWT_SECRET_KEY', undefined]],
  'veza-secrets is referred to, and never written with values': [['Secret/veza-secrets', undefined]],
  'each service has a role and a password of its own': [
    [`${container('backend-api')}.env[DB_PASSWORD].valueFrom.secretKeyRef.key`, 'DB_PASSWORD_BACKEND_API'],
  ],
  'app.env is mounted alone, so that it hides no file of the image': [
    'volumeMounts[config-volume].name',
    'volumeMounts[config-volume].mountPath',
  ]
    .map((path) => `${container('backend-api')}.${path}`)
    .concat(['name', 'configMap.name'].map((path) => `${pod('backend-api')}.volumes[config-volume].${path}`))
    .map((where) => [where, undefined]),
  'a startup probe stands for blind waiting': services.flatMap((service) =>
    ['liveness', 'readiness'].map(
      (kind): Difference => [`${container(service)}.${kind}Probe.initialDelaySeconds`, undefined],
    ),
  ),
  'there is no ServiceAccount in the RBAC API': [['ServiceAccount/veza-service-account apiVersion', 'v1']],
  'no service asks the Kubernetes API, so the account may do nothing': [
    ['ClusterRole/veza-app-role', undefined],
    ['ClusterRoleBinding/veza-app-binding', undefined],
  ],
  'ingressClassName stands for the deprecated annotation': ingresses.map((name) => [
    `Ingress/${name} metadata.annotations.kubernetes.io/ingress.class`,
    undefined,
  ]),
  'a forced redirect may loop': ingresses.map((name) => [
    `Ingress/${name} metadata.annotations.nginx.ingress.kubernetes.io/force-ssl-redirect`,
    undefined,
  ]),
};

const inProduction: Deviations = {
  'the parameters of a database cluster are in its Cluster': Object.keys(defaultParameters).map((name) => [
    `ConfigMap/veza-config data.postgres.conf.${name}`,
    undefined,
  ]),
  "an autoscaler owns the number of pods; its minimum is the guide's": services.map((service) => [
    `Deployment/veza-${service} spec.replicas`,
    undefined,
  ]),
  "the API server would write the guide's 1000m so": [[`${container('stream-server')}.resources.limits.cpu`, '1']],
};

const inStaging: Deviations = {
  'staging has a name, a database and a bucket of its own': [
    ['ConfigMap/veza-config data.app.env.ENV', 'staging'],
    ['ConfigMap/veza-config data.app.env.DB_NAME', 'veza_staging'],
    ['ConfigMap/veza-config data.app.env.S3_BUCKET', 'veza-audio-files-staging'],
  ],
  'staging logs more': [['ConfigMap/veza-config data.app.env.LOG_LEVEL', 'debug']],
  'staging is smaller': [
    ['Deployment/veza-backend-api spec.replicas', 2],
    ...sizes('backend-api', '125m', '128Mi', '250m', '256Mi'),
    ...sizes('chat-server', '50m', '64Mi', '100m', '128Mi'),
    ...sizes('stream-server', '250m', '256Mi', '500m', '512Mi'),
  ],
  'staging has hosts and an issuer of its own': ['api', 'chat'].flatMap((host): Difference[] => [
    [`Ingress/veza-${host}-ingress metadata.annotations.cert-manager.io/cluster-issuer`, 'letsencrypt-staging'],
    [`Ingress/veza-${host}-ingress spec.rules[0].host`, `${host}.staging.veza.app`],
    [`Ingress/veza-${host}-ingress spec.tls[0].hosts[0]`, `${host}.staging.veza.app`],
  ]),
};

function sizes(service: string, ...[requestedCpu, requestedMemory, cpu, memory]: readonly string[]): Difference[] {
  const resources = `${container(service)}.resources`;
  return [
    [`${resources}.requests.cpu`, requestedCpu],
    [`${resources}.requests.memory`, requestedMemory],
    [`${resources}.limits.cpu`, cpu],
    [`${resources}.limits.memory`, memory],
  ];
}

function ours(environment: string): readonly Manifest[] {
  return knownManifests.get(`${environment}.k8s.yaml`) ?? [];
}

/** The guide's objects for one environment: all but the other's namespace. */
function guideFor(environment: string): Manifest[] {
  return guideObjects.filter(({ kind, metadata }) => kind !== 'Namespace' || metadata.name === `veza-${environment}`);
}

test('the guide has these objects', () => {
  expect(guideObjects.map(idOf)).toStrictEqual([
    'ConfigMap/veza-config',
    'Secret/veza-secrets',
    'Deployment/veza-backend-api',
    'Deployment/veza-chat-server',
    'Deployment/veza-stream-server',
    'Namespace/veza-production',
    'Namespace/veza-staging',
    'ServiceAccount/veza-service-account',
    'ClusterRole/veza-app-role',
    'ClusterRoleBinding/veza-app-binding',
    'Service/veza-backend-api-service',
    'Service/veza-chat-server-service',
    'Service/veza-stream-server-service',
    'Ingress/veza-api-ingress',
    'Ingress/veza-chat-ingress',
  ]);
});

test.each([
  ['production', inProduction],
  ['staging', inStaging],
])('every object of the guide exists in %s with its values, but for those with a reason', (environment, own) => {
  const found = guideFor(environment).flatMap((object) =>
    differences(object, `veza-${environment}`, ours(environment)),
  );
  const explained = [everywhere, own].flatMap((deviations) => Object.values(deviations).flat());
  expect([...found].sort()).toStrictEqual([...explained].sort());
});

/** What an environment of ours decides by itself: releases, sizes, settings, and by what its stores and hosts are run. */
const decided = [
  /^Deployment\/\S+ (spec\.template\.)?metadata\.labels\.version$/,
  /^Deployment\/\S+ spec\.template\.spec\.containers\[[\w-]+\]\.image$/,
  /^Deployment\/\S+ spec\.(replicas|template\.spec\.containers\[[\w-]+\]\.resources\..*)$/,
  /^ConfigMap\/veza-config data\.(app\.env|postgres\.conf)\.\w+$/,
  /^Ingress\/veza-(api|chat)-ingress/,
];

test.each(environments)(
  'dist of $name differs from the guide in nothing else but what it decides by itself',
  ({ name, namespace }) => {
    const dist = readManifests(distFolder).get(`${name}.k8s.yaml`) ?? [];
    const others = guideObjects.filter(({ kind, metadata }) => {
      const service = services.find((each) => [`veza-${each}`, `veza-${each}-service`].includes(metadata.name));
      return kind !== 'Namespace' && (service === undefined || veza.services.some((each) => each.name === service));
    });
    const explained = new Set(Object.values(everywhere).flatMap((all) => all.map((difference) => difference.join())));
    const found = others
      .flatMap((object) => differences(object, namespace, dist))
      .filter((difference) => !explained.has(difference.join()))
      .map(([where]) => where);
    expect(found.filter((where) => !decided.some((pattern) => pattern.test(where)))).toStrictEqual([]);
    expect(dist.length).toBeGreaterThan(20);
  },
);

test("the database cluster of production has the guide's parameters", () => {
  const cluster = ours('production').find(({ kind }) => kind === 'Cluster') as Manifest & ClusterParameters;
  const stated = Object.entries(defaultParameters).map(([name, value]) => [name, String(value)]);
  expect(cluster.spec.postgresql.parameters).toMatchObject(Object.fromEntries(stated));
});

interface ClusterParameters {
  readonly spec: { readonly postgresql: { readonly parameters: Readonly<Record<string, string>> } };
}

test('the least that production runs is what the guide runs', () => {
  const replicas = guideObjects.flatMap(({ kind, metadata, spec }) =>
    kind === 'Deployment' ? [[metadata.name, spec?.replicas]] : [],
  );
  const minimums = ours('production').flatMap(({ kind, metadata, spec }) =>
    kind === 'HorizontalPodAutoscaler' ? [[metadata.name, spec?.minReplicas]] : [],
  );
  expect(replicas).toHaveLength(3);
  expect(minimums).toEqual(expect.arrayContaining(replicas));
});

test("veza-secrets is referred to with the guide's keys", () => {
  const secret = guideObjects.find(({ kind }) => kind === 'Secret');
  // The password is under a key of the service's own.
  const keys = Object.keys(secret?.data ?? {}).map((key) => (key === 'DB_PASSWORD' ? 'DB_PASSWORD_BACKEND_API' : key));
  const api = ours('production').find((object) => idOf(object) === 'Deployment/veza-backend-api');
  const references = (api?.spec?.template?.spec.containers ?? []).flatMap(({ env = [] }) =>
    env.flatMap(({ valueFrom }) => (valueFrom?.secretKeyRef ? [valueFrom.secretKeyRef] : [])),
  );
  expect(references.map(({ key }) => key)).toStrictEqual(keys);
  expect(new Set(references.map(({ name }) => name))).toStrictEqual(new Set([secret?.metadata.name]));
});
