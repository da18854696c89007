import { nameServiceWorkload } from '../lib/platform/workload-names';
import { listEnvironmentSecrets } from '../lib/synth/environment-secrets';
import { cluster } from '../lib/veza/environments/cluster';
import { environments } from '../lib/veza/environments/environments';
import { veza } from '../lib/veza/veza';
import { amount, total } from './support/amounts';
import {
  type Amounts,
  type Container,
  containersOf,
  type Manifest,
  type PodSpec,
  type Volume,
} from './support/manifests';
import { committed, type WorkloadSubject } from './support/subjects';

const { containers, ofKind, servers, workloads } = committed;

/** Every pod of every environment can be admitted, scheduled, started and replaced. */

const computeFields = ['requests', 'limits'].flatMap((kind) =>
  ['cpu', 'memory', 'ephemeral-storage'].map((name) => `${kind}.${name}`),
);

/** A pod with which cert-manager answers a challenge, as its documentation gives it; it states no ephemeral storage. */
const solver = { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '100m', memory: '64Mi' } };

const quotas = ofKind('ResourceQuota').filter(({ object }) => object.spec?.scopeSelector === undefined);

test.each(quotas)(
  '$where has room for all pods during a rollout of everything at full scale',
  ({ object, siblings }) => {
    const own = workloads.filter((workload) => workload.siblings === siblings);
    const hosts = siblings.flatMap(({ spec }) => (spec?.tls ?? []).flatMap(({ hosts }) => hosts));
    const hard = object.spec?.hard ?? {};
    for (const field of computeFields) {
      const ofPods = own.reduce((sum, workload) => sum + mostPods(workload) * podAmount(workload.pod, field), 0);
      const ofSolvers = hosts.length * amountOf(withDefaults(solver, siblings), field);
      expect({ field, room: amount(hard[field] ?? '') - ofPods - ofSolvers > -0.0001 }).toStrictEqual({
        field,
        room: true,
      });
    }
    const servers = siblings.flatMap(({ kind, spec }) => (kind === 'Cluster' && spec ? [clusterDemand(spec)] : []));
    const pods = own.reduce((sum, workload) => sum + mostPods(workload), hosts.length);
    expect(amount(hard.pods ?? '')).toBe(pods + servers.reduce((sum, cluster) => sum + cluster.pods, 0));
    const claimed = own.flatMap(({ object: { spec } }) =>
      Array.from({ length: spec?.replicas ?? 0 }, () => spec?.volumeClaimTemplates ?? []).flat(),
    );
    const claims = [...claimed, ...siblings.filter(({ kind }) => kind === 'PersistentVolumeClaim')];
    const clusterClaims = servers.flatMap((cluster) => cluster.claims);
    expect(amount(hard.persistentvolumeclaims ?? '')).toBe(claims.length + clusterClaims.length);
    expect(amount(hard['requests.storage'] ?? '')).toBe(
      total([...claims.map(({ spec }) => spec?.resources?.requests.storage ?? ''), ...clusterClaims]),
    );
  },
);

test('there is a quota for each namespace, and pods in each', () => {
  const filled = ofKind('Namespace').filter(({ siblings }) => workloads.some((each) => each.siblings === siblings));
  const namespaces = filled.map(({ object }) => object.metadata.name);
  expect(quotas.map(({ object }) => object.metadata.namespace)).toStrictEqual(namespaces);
  expect(quotas.filter(({ siblings }) => !workloads.some((workload) => workload.siblings === siblings))).toStrictEqual(
    [],
  );
});

test.each(ofKind('LimitRange'))('$where admits all containers, and a certificate solver', ({ siblings }) => {
  const stated = containers
    .filter((container) => container.siblings === siblings)
    .map(({ container: { resources } }) => resources);
  expect(stated).not.toHaveLength(0);
  for (const resources of [...stated, withDefaults(solver, siblings)]) {
    for (const field of computeFields) {
      const [, name = ''] = field.split('.');
      const { min, max } = containerLimits(siblings);
      const value = amountOf(resources, field);
      expect(value).toBeGreaterThanOrEqual(amount(min[name] ?? ''));
      expect(value).toBeLessThanOrEqual(amount(max[name] ?? ''));
    }
  }
});

test('every key that a variable takes its value from exists, and is required', () => {
  const references = containers.flatMap(({ container: { env = [] }, siblings }) =>
    env.flatMap(({ valueFrom }) => {
      const { configMapKeyRef: setting, secretKeyRef: secret } = valueFrom ?? {};
      if (setting) return [{ ...setting, known: keysOf(siblings, setting.name) }];
      return secret ? [{ ...secret, known: secretKeys(siblings, secret.name) }] : [];
    }),
  );
  // Each states its role in the database itself.
  const read = veza.services.reduce((sum, { settings, secrets }) => sum + settings.length + secrets.length - 1, 0);
  expect(references.length).toBeGreaterThanOrEqual(read * environments.length);
  expect(references.filter(({ key, known, optional }) => optional || !known.includes(key))).toStrictEqual([]);
});

test('every file that a volume holds exists', () => {
  const files = workloads.flatMap(({ pod, siblings }) =>
    (pod.volumes ?? []).flatMap((volume) => filesOf(volume, siblings)),
  );
  expect(files).not.toHaveLength(0);
  expect(files.filter(({ key, known }) => !known.includes(key))).toStrictEqual([]);
});

test('every ConfigMap that a volume is made of exists', () => {
  const volumes = workloads.flatMap(({ pod, siblings }) =>
    (pod.volumes ?? []).flatMap(({ configMap }) => (configMap ? [keysOf(siblings, configMap.name).length] : [])),
  );
  expect(volumes).not.toHaveLength(0);
  expect(volumes).not.toContain(0);
});

test.each(workloads)('$where: mounts and volumes belong together', ({ object, pod }) => {
  const claims = (object.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
  const volumes = [...(pod.volumes ?? []).map(({ name }) => name), ...claims].sort();
  const mounts = containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
  expect([...new Set(mounts)].sort()).toStrictEqual(volumes);
  for (const { volumeMounts = [] } of containersOf(pod)) {
    expect(repeated(volumeMounts.map(({ mountPath }) => mountPath))).toStrictEqual([]);
  }
});

test.each(workloads)("$where: no two containers share a name, a port or a port's name", ({ pod }) => {
  const ports = pod.containers.flatMap((container) => container.ports ?? []);
  expect(repeated(containersOf(pod).map(({ name }) => name))).toStrictEqual([]);
  expect(repeated(ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`))).toStrictEqual([]);
  expect(repeated(ports.map(({ name }) => name))).toStrictEqual([]);
});

test.each(workloads)('$where: no volume can fill up what gets the pod evicted', ({ pod }) => {
  const volumes = (pod.volumes ?? []).flatMap(({ emptyDir }) => (emptyDir ? [emptyDir] : []));
  const sizes = (inMemory: boolean) =>
    total(volumes.filter(({ medium }) => (medium === 'Memory') === inMemory).map(({ sizeLimit = '' }) => sizeLimit));
  const limit = (name: string) => total(pod.containers.map(({ resources }) => resources.limits[name] ?? ''));
  expect(sizes(false)).toBeLessThanOrEqual(limit('ephemeral-storage'));
  expect(sizes(true)).toBeLessThan(limit('memory'));
});

test('no pod asks for a node that may not exist: all ask for Linux, and for nothing else', () => {
  const others = workloads.flatMap(({ pod }) => Object.entries(pod.nodeSelector ?? {})).map((entry) => entry.join('='));
  expect([...new Set(others)]).toStrictEqual(['kubernetes.io/os=linux']);
  expect(workloads.filter(({ pod }) => 'nodeName' in pod || 'schedulerName' in pod)).toStrictEqual([]);
});

test('a service has the time that it needs to end', () => {
  const times = veza.services.flatMap(({ name, drainSeconds }) =>
    workloads
      .filter(({ object }) => object.metadata.name === nameServiceWorkload(veza.name, name))
      .map(({ where, pod }) => ({
        where,
        spare: (pod.terminationGracePeriodSeconds ?? 0) - preStop(pod) - drainSeconds,
      })),
  );
  expect(times).toHaveLength(veza.services.length * environments.length);
  expect(times.filter(({ spare }) => spare !== 5)).toStrictEqual([]);
});

test('a process is configured to listen on the port that its pod declares', () => {
  const configured = veza.services.flatMap(({ name: service, portVariables }) =>
    servers
      .filter(({ object, container }) => container.name === service && object.kind === 'Deployment')
      .flatMap(({ where, container: { env = [], ports = [] } }) =>
        Object.entries(portVariables).map(([name, purpose]) => {
          const value = env.find((variable) => variable.name === name)?.value;
          const declared = ports.find((port) => port.name === purpose)?.containerPort;
          return { where, name, value, declared: String(declared) };
        }),
      ),
  );
  const variables = veza.services.reduce((sum, service) => sum + Object.keys(service.portVariables).length, 0);
  expect(configured).toHaveLength(variables * environments.length);
  expect(configured.filter(({ value, declared }) => value !== declared)).toStrictEqual([]);
});

/** Most pods that count at once: during a rollout the old ones still count until their grace ends. */
function mostPods({ object, siblings }: WorkloadSubject): number {
  const { kind, metadata, spec } = object;
  if (kind === 'DaemonSet') return cluster === 'none' ? Number.NaN : cluster.maximumNodes;
  if (kind === 'StatefulSet') return spec?.replicas ?? Number.NaN;
  // The scheduled one, one by hand, one that still ends; of the store's, one that a lost node keeps. A deploy makes one of
  // a suspended one.
  if (kind === 'CronJob') return spec?.suspend ? 1 : 3;
  if (JSON.stringify(spec?.strategy) === '{"type":"Recreate"}') return 2;
  const autoscaler = siblings.find((other) => other.spec?.scaleTargetRef?.name === metadata.name);
  return 2 * (autoscaler?.spec?.maxReplicas ?? spec?.replicas ?? Number.NaN) + 1;
}

/** What a database cluster and the one that a recovery makes beside it take, and a Job that makes the data of one server. */
function clusterDemand({ instances = 0, storage, walStorage }: NonNullable<Manifest['spec']>) {
  const servers = 2 * instances + 1;
  const sizes = [storage?.size ?? '', walStorage?.size ?? ''];
  return { pods: servers, claims: Array.from({ length: servers }, () => sizes).flat() };
}

/** What a pod counts for: its containers together, or the largest of those that run before them. */
function podAmount({ containers: together, initContainers = [] }: PodSpec, field: string): number {
  const sum = together.reduce((all, { resources }) => all + amountOf(resources, field), 0);
  return Math.max(sum, ...initContainers.map(({ resources }) => amountOf(resources, field)));
}

function amountOf(resources: Container['resources'], field: string): number {
  const [kind, name = ''] = field.split('.');
  return amount((kind === 'limits' ? resources.limits : resources.requests)[name] ?? '');
}

/** Resources as the namespace's LimitRange completes them. */
function withDefaults(
  { requests, limits }: { readonly requests: Amounts; readonly limits: Amounts },
  siblings: readonly Manifest[],
): Container['resources'] {
  const { default: limit, defaultRequest } = containerLimits(siblings);
  return { requests: { ...defaultRequest, ...requests }, limits: { ...limit, ...limits } };
}

function containerLimits(siblings: readonly Manifest[]) {
  const found = siblings.flatMap(({ spec }) => spec?.limits ?? []).find(({ type }) => type === 'Container');
  if (found === undefined) throw new Error('there is no LimitRange for containers');
  return found;
}

function keysOf(siblings: readonly Manifest[], configMap: string): string[] {
  const found = siblings.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMap);
  return Object.keys(found?.data ?? {});
}

function filesOf({ configMap, secret }: Volume, siblings: readonly Manifest[]) {
  const known = configMap ? keysOf(siblings, configMap.name) : secretKeys(siblings, secret?.secretName ?? '');
  return (configMap?.items ?? secret?.items ?? []).map(({ key }) => ({ key, known: known.map(String) }));
}

/** The keys of a Secret that has to be created in the namespace of a file, or that an operator makes there. */
function secretKeys(siblings: readonly Manifest[], name: string): readonly string[] {
  const made = siblings.flatMap(({ kind, metadata, spec }) => {
    if (kind === 'Certificate') return [{ name: spec?.secretName, keys: ['tls.crt', 'tls.key', 'ca.crt'] }];
    return kind === 'Cluster' ? clusterSecrets(metadata.name) : [];
  });
  const keys = made.find((secret) => secret.name === name)?.keys;
  if (keys !== undefined) return keys;
  const [namespace] = siblings.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const secrets = environments.flatMap((environment) => listEnvironmentSecrets(veza, environment));
  return secrets.find((secret) => secret.namespaceScope.namespace === namespace && secret.name === name)?.keys ?? [];
}

/** Secrets that CloudNativePG makes for a Cluster, as its documentation gives them. */
function clusterSecrets(cluster: string) {
  return [
    { name: `${cluster}-superuser`, keys: ['username', 'password'] },
    { name: `${cluster}-ca`, keys: ['ca.crt', 'ca.key'] },
  ];
}

function preStop({ containers: all }: PodSpec): number {
  return Math.max(
    ...all.map(({ lifecycle }) => {
      const { exec, sleep } = lifecycle?.preStop ?? {};
      return sleep?.seconds ?? Number(exec?.command[1] ?? Number.NaN);
    }),
  );
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
