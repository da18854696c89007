import { App, Chart } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { Postgres } from '../../../lib/constructs/postgres/postgres';
import type { SingleDatabase } from '../../../lib/platform/settings/database';
import { defaultParameters } from '../../../lib/platform/settings/postgres-parameters';
import { database, roles } from './support/stores';

function synth(changed: Partial<SingleDatabase> = {}, stated = roles) {
  const app = new App();
  const postgres = new Postgres(new Chart(app, 'test'), 'postgres', {
    namespaceScope: { namespace: 'veza-production', platform: 'veza', environment: 'production' },
    database: { ...database, ...changed },
    postgresConf: { configMapName: 'veza-config', key: 'postgres.conf' },
    roles: stated,
    passwordSecret: 'veza-secrets',
    backupPassword: { secretName: 'veza-backup-secrets', key: 'BACKUP_PASSWORD' },
    priorityClassName: 'veza-production-stores',
  });
  const yaml = app.synthYaml();
  const objects = parseAllDocuments(yaml, { version: '1.1' }).map((document) => document.toJS());
  const statefulSet = objects.find(({ kind }) => kind === 'StatefulSet');
  return { postgres, yaml, objects, statefulSet, pod: statefulSet.spec.template.spec };
}

test('makes its objects in its namespace, without null values', () => {
  const { objects, yaml } = synth();
  expect(objects.map(({ kind, metadata }) => `${metadata.namespace}: ${kind}/${metadata.name}`)).toEqual([
    'veza-production: ServiceAccount/postgres',
    'veza-production: ConfigMap/postgres-config',
    'veza-production: Service/postgres-service',
    'veza-production: Service/postgres-headless',
    'veza-production: StatefulSet/postgres',
  ]);
  expect(yaml).not.toMatch(/[:-] null$/m);
});

test('has an identity, a host, ports and a quota usage', () => {
  const { identity, host, ports, quotaUsage } = synth().postgres;
  expect(identity).toEqual({
    namespace: 'veza-production',
    platform: 'veza',
    environment: 'production',
    name: 'postgres',
    component: 'database',
  });
  expect({ host, ports }).toEqual({ host: 'postgres-service', ports: { postgresql: 5432, metrics: 9187 } });
  expect(quotaUsage).toMatchObject({ pods: 1, claims: ['20Gi'] });
  expect([quotaUsage.containers.length, quotaUsage.initContainers.length]).toEqual([3, 2]);
});

test('the quota usage is the sum of what the containers state', () => {
  const { postgres, pod } = synth();
  const stated = (containers: { resources: { limits: { memory: string } } }[]) =>
    containers.map(({ resources }) => resources.limits.memory);
  expect(postgres.quotaUsage.containers.map(({ limits }) => limits.memory)).toEqual(stated(pod.containers));
  expect(postgres.quotaUsage.initContainers.map(({ limits }) => limits.memory)).toEqual(stated(pod.initContainers));
});

test('the Services select the pod, and one of them governs it', () => {
  const { objects, statefulSet } = synth();
  const services = objects.filter(({ kind }) => kind === 'Service').map(({ metadata, spec }) => [metadata.name, spec]);
  const ports = [{ name: 'postgresql', port: 5432, protocol: 'TCP', targetPort: 'postgresql' }];
  expect(services).toEqual([
    ['postgres-service', { type: 'ClusterIP', publishNotReadyAddresses: true, selector: { app: 'postgres' }, ports }],
    ['postgres-headless', { clusterIP: 'None', selector: { app: 'postgres' }, ports }],
  ]);
  expect(statefulSet.spec).toMatchObject({
    replicas: 1,
    serviceName: 'postgres-headless',
    selector: { matchLabels: { app: 'postgres' } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  });
});

test('the claim carries nothing that could change', () => {
  expect(synth().statefulSet.spec.volumeClaimTemplates).toEqual([
    {
      metadata: { name: 'data', labels: { app: 'postgres' } },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'standard',
        resources: { requests: { storage: '20Gi' } },
      },
    },
  ]);
});

test('every container has a UID above 10000, limits, and mounts that exist', () => {
  const { pod, statefulSet } = synth();
  const volumes = [...pod.volumes, ...statefulSet.spec.volumeClaimTemplates.map(({ metadata }: never) => metadata)];
  const names = volumes.map(({ name }: { name: string }) => name);
  const containers = [...pod.initContainers, ...pod.containers];
  expect(containers.map(({ name, securityContext }) => [name, securityContext.runAsUser])).toEqual([
    ['initialize', 10001],
    ['certificate', 10001],
    ['postgres', 10001],
    ['roles', 10001],
    ['postgres-exporter', 10002],
  ]);
  for (const { volumeMounts, resources, securityContext, imagePullPolicy } of containers) {
    expect(names).toEqual(expect.arrayContaining(volumeMounts.map(({ name }: { name: string }) => name)));
    expect(Object.keys(resources.limits).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    expect(securityContext.readOnlyRootFilesystem).toBe(true);
    expect(imagePullPolicy).toBe('IfNotPresent');
  }
});

test('every container that runs is probed, and its liveness probe differs from its readiness probe', () => {
  const containers = synth().pod.containers;
  expect(containers).toHaveLength(3);
  for (const { startupProbe, readinessProbe, livenessProbe } of containers) {
    expect(startupProbe).toBeDefined();
    const { exec, httpGet, tcpSocket } = livenessProbe;
    expect({ exec, httpGet, tcpSocket }).not.toEqual({
      exec: readinessProbe.exec,
      httpGet: readinessProbe.httpGet,
      tcpSocket: readinessProbe.tcpSocket,
    });
  }
});

test('the passwords are files of one container, and in no environment variable', () => {
  const { pod, yaml } = synth();
  const readers = [...pod.initContainers, ...pod.containers].filter(({ volumeMounts }) =>
    volumeMounts.some(({ name }: { name: string }) => name === 'credentials'),
  );
  expect(readers.map(({ name }) => name)).toEqual(['roles']);
  expect(pod.volumes.find(({ name }: { name: string }) => name === 'credentials').secret).toEqual({
    secretName: 'veza-secrets',
    defaultMode: 0o440,
    items: roles.map(({ role, passwordKey }) => ({ key: passwordKey, path: role })),
    // A key that is missing stops one service, and not the server.
    optional: true,
  });
  expect(yaml).not.toContain('secretKeyRef');
});

test('the pod restarts when its settings or its files change, and for no other change', () => {
  const checksum = (changed: Partial<SingleDatabase>, stated = roles) =>
    synth(changed, stated).statefulSet.spec.template.metadata.annotations['checksum/config'];
  expect(checksum({})).toMatch(/^[0-9a-f]{64}$/);
  expect(checksum({ parameters: { ...defaultParameters, max_connections: 100 } })).not.toBe(checksum({}));
  expect(checksum({ name: 'other_name' })).not.toBe(checksum({}));
  expect(checksum({}, roles.slice(1))).not.toBe(checksum({}));
  expect(
    checksum(
      {},
      roles.map((role) => ({ ...role, connections: 77 })),
    ),
  ).toBe(checksum({}));
  const own = roles.map((role) => ({ ...role, access: { kind: 'maker', shared: 'none', reads: [] } }) as const);
  expect(checksum({}, own)).toBe(checksum({}));
  expect(checksum({ storage: { className: 'standard', size: '40Gi' } })).toBe(checksum({}));
});
