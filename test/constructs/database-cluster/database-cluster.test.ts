import { Yaml } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import type { KubernetesManifest } from '../../../lib/manifests/manifest';
import type { Environment } from '../../../lib/platform/environment';
import { buildEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { clustered, databaseCluster } from '../../support/clustered';
import { contracts } from '../../support/own-platform';

// biome-ignore lint/suspicious/noExplicitAny: whatever an object may have
type Any = any;

function objectsOf(environment: Environment<typeof veza> = clustered): Any[] {
  const objects = Object.values(buildEnvironment(veza, environment).files).flat() as KubernetesManifest[];
  return parseAllDocuments(Yaml.stringify(...objects), { version: '1.1' }).map((document) => document.toJS());
}

const objects = objectsOf();
const find = (kind: string, name: string, all = objects) =>
  all.find((object) => object.kind === kind && object.metadata.name === name);

test('makes a Cluster with its archive beside the verified backups, and no StatefulSet', () => {
  const found = objects
    .filter(({ metadata }) => /^postgres/.test(metadata.name) && metadata.namespace === 'veza-staging')
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  expect(found).toEqual(
    expect.arrayContaining([
      'Service/postgres-service',
      'Cluster/postgres-cluster',
      'ObjectStore/postgres-archive',
      'ScheduledBackup/postgres-cluster',
      'ConfigMap/postgres-roles-config',
      'Deployment/postgres-roles',
      'CronJob/postgres-backup',
      'CronJob/postgres-backup-copy',
    ]),
  );
  expect(found).not.toContain('StatefulSet/postgres');
});

test('the Service routes to the primary of the Cluster that is stated', () => {
  const { selector, ports } = find('Service', 'postgres-service').spec;
  expect(selector).toEqual({ 'cnpg.io/cluster': 'postgres-cluster', 'cnpg.io/instanceRole': 'primary' });
  expect(ports).toEqual([{ name: 'postgresql', port: 5432, targetPort: 'postgresql', protocol: 'TCP' }]);
  const recovered = objectsOf({ ...clustered, database: { ...databaseCluster, cluster: 'postgres-cluster-2' } });
  expect(find('Service', 'postgres-service', recovered).spec.selector['cnpg.io/cluster']).toBe('postgres-cluster-2');
});

test('a commit waits for one standby, of at least two', () => {
  const { instances, postgresql } = find('Cluster', 'postgres-cluster').spec;
  expect(instances).toBe(3);
  expect(postgresql.synchronous).toEqual({
    method: 'any',
    number: 1,
    dataDurability: 'required',
    failoverQuorum: true,
  });
});

test('states every parameter of the environment', () => {
  const { parameters } = find('Cluster', 'postgres-cluster').spec.postgresql;
  for (const [name, value] of Object.entries(databaseCluster.parameters)) expect(parameters[name]).toBe(String(value));
  expect(parameters.ssl_min_protocol_version).toBe('TLSv1.2');
});

test('a login takes a password, encryption and the right pod', () => {
  const { postgresql, podSelectorRefs } = find('Cluster', 'postgres-cluster').spec;
  const rules: string[] = postgresql.pg_hba;
  const services = contracts.filter(({ calls }) => calls.includes('database')).map(({ name }) => name);
  expect(rules).toEqual([
    ...services.map((name) => `hostssl "veza_staging" "${name}" \${podselector:veza-${name}} scram-sha-256`),
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the operator puts addresses there
    'hostssl "veza_staging" "veza_staging_user" ${podselector:services} scram-sha-256',
    'hostssl all postgres_backup ${podselector:backup} scram-sha-256',
    'hostssl all postgres ${podselector:roles} scram-sha-256',
    'hostssl "veza_staging" postgres_exporter ${podselector:roles} scram-sha-256',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the operator puts addresses there
    'host all all all reject',
  ]);
  const selected = podSelectorRefs.map(({ name, selector }: Any) => [name, selector.matchExpressions[0].values]);
  expect(Object.fromEntries(selected)).toEqual({
    ...Object.fromEntries(services.map((name) => [`veza-${name}`, [`veza-${name}`]])),
    services: services.map((name) => `veza-${name}`),
    backup: ['postgres-backup'],
    roles: ['postgres-roles'],
  });
});

test('a recovered Cluster begins with the archive of the other, and writes into its own', () => {
  const start = { kind: 'recovery', from: 'postgres-cluster', time: '2026-11-29T01:15:00Z' } as const;
  const database = { ...databaseCluster, cluster: 'postgres-cluster-2', start };
  const { spec } = find('Cluster', 'postgres-cluster-2', objectsOf({ ...clustered, database }));
  expect(spec.bootstrap).toEqual({
    recovery: { source: 'postgres-cluster', recoveryTarget: { targetTime: '2026-11-29T01:15:00Z' } },
  });
  expect(spec.externalClusters).toEqual([
    {
      name: 'postgres-cluster',
      plugin: {
        name: 'barman-cloud.cloudnative-pg.io',
        enabled: true,
        isWALArchiver: false,
        parameters: { barmanObjectName: 'postgres-archive', serverName: 'postgres-cluster' },
      },
    },
  ]);
  expect(spec.plugins[0].parameters).toEqual({ barmanObjectName: 'postgres-archive' });
});

test('archives into a folder that the copies of the backups do not use', () => {
  const { spec } = find('ObjectStore', 'postgres-archive');
  const copy = find('CronJob', 'postgres-backup-copy').spec.jobTemplate.spec.template.spec.containers[0].args.at(-1);
  expect(spec.configuration.destinationPath).toBe('s3://veza-backups/archive/veza-staging');
  expect(copy).toBe('offsite:veza-backups/veza-staging');
  expect(spec.retentionPolicy).toBe('14d');
});

test('the schedule of base backups has a field for seconds', () => {
  expect(find('ScheduledBackup', 'postgres-cluster').spec).toMatchObject({
    schedule: '0 45 1 * * *',
    cluster: { name: 'postgres-cluster' },
    method: 'plugin',
    immediate: true,
  });
});

test('Helm deletes neither the Cluster nor its volumes', () => {
  expect(find('Cluster', 'postgres-cluster').metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
});

test('the pod of the roles logs in to the primary, and the exporter through the Service', () => {
  const { containers, initContainers, volumes } = find('Deployment', 'postgres-roles').spec.template.spec;
  const [roles, exporter] = containers;
  const value = (container: Any, name: string) => container.env.find((each: Any) => each.name === name);
  expect(value(roles, 'PGHOST').value).toBe('postgres-cluster-rw');
  expect(value(roles, 'PGPASSWORD').valueFrom.secretKeyRef).toEqual({
    name: 'postgres-cluster-superuser',
    key: 'password',
  });
  const watched = value(roles, 'SUPERUSER_CREDENTIAL_FILE').value;
  const mount = roles.volumeMounts.find(({ mountPath }: Any) => watched === `${mountPath}/credential`);
  expect(volumes.find(({ name }: Any) => name === mount.name).secret).toMatchObject({
    secretName: 'postgres-cluster-superuser',
    items: [{ key: 'password', path: 'credential' }],
  });
  expect(value(roles, 'PGSSLMODE').value).toBe('verify-full');
  expect(value(exporter, 'DATA_SOURCE_URI').value).toBe(
    'postgres-service:5432/veza_staging?sslmode=verify-full&sslrootcert=/etc/database-authority/ca.crt',
  );
  expect(value(exporter, 'DATA_SOURCE_PASS_FILE').value).toBe(value(roles, 'EXPORTER_CREDENTIAL_FILE').value);
  expect(initContainers[0].command.at(-1)).toBe(value(roles, 'EXPORTER_CREDENTIAL_FILE').value);
});

test('no two pods of the roles set the password of the exporter', () => {
  const { replicas, strategy } = find('Deployment', 'postgres-roles').spec;
  expect({ replicas, strategy }).toEqual({ replicas: 1, strategy: { type: 'Recreate' } });
});

test('the quota has room for a recovery beside the servers', () => {
  const { hard } = find('ResourceQuota', 'veza-quota').spec;
  const claims = 2 * (2 * 3 + 1);
  expect(Number(hard.persistentvolumeclaims)).toBeGreaterThanOrEqual(claims);
  expect(Number(hard.pods)).toBeGreaterThanOrEqual(2 * 3 + 1);
});

test('the servers reach each other, the API and the bucket, and the operator reaches them', () => {
  const { ingress, egress } = find('NetworkPolicy', 'postgres-cluster').spec;
  const text = JSON.stringify(ingress);
  expect(text).toContain('"kubernetes.io/metadata.name":"cnpg-system"');
  expect(text).toContain('"app":"veza-backend-api"');
  expect(text).toContain('"cnpg.io/jobRole":"join"');
  const ports = egress.flatMap((rule: Any) => rule.ports.map(({ port }: Any) => port));
  expect(ports).toEqual(expect.arrayContaining([5432, 8000, 443, 53]));
  for (const job of ['initdb', 'join', 'full-recovery']) {
    const policy = find('NetworkPolicy', `postgres-cluster-${job}`).spec;
    expect(policy.podSelector.matchLabels).toEqual({ 'cnpg.io/jobRole': job });
    expect(policy.egress.length).toBeGreaterThan(2);
  }
});

describe('the certificate of the servers', () => {
  const recovery = { kind: 'recovery', from: 'postgres-cluster', time: '2026-11-25T09:00:00Z' } as const;
  const recovered = objectsOf({
    ...clustered,
    database: { ...databaseCluster, cluster: 'postgres-cluster-20261125t090000', start: recovery },
  });

  /** Hosts by which the clients of an environment reach the servers, whatever they state them with. */
  const hostsIn = (all: Any[]) =>
    all
      .flatMap(({ spec }) => (spec?.jobTemplate?.spec ?? spec)?.template?.spec?.containers ?? [])
      .flatMap(({ env = [] }) => env)
      .filter(({ name }) => ['PGHOST', 'DATA_SOURCE_URI'].includes(name))
      .map(({ value }) => value.replace(/:.*/, ''));

  test.each([
    ['a first Cluster', objects, 'postgres-cluster-rw'],
    ['a recovered one', recovered, 'postgres-cluster-20261125t090000-rw'],
  ])('%s has the names by which clients reach it, and those of the way back', (_, all, own) => {
    const { dnsNames } = find('Certificate', 'postgres-server', all).spec;
    const settings = find('ConfigMap', 'veza-config', all).data['app.env'];
    const hosts = [...hostsIn(all), /^DB_HOST=(.*)$/m.exec(settings)?.[1]];
    expect(new Set(hosts)).toEqual(new Set(['postgres-service', own]));
    expect(dnsNames).toEqual(expect.arrayContaining([...hosts, 'postgres-cluster-rw']));
  });

  test('servers get their own key and no other, and read a renewed one without a restart', () => {
    for (const [all, name] of [
      [objects, 'postgres-cluster'],
      [recovered, 'postgres-cluster-20261125t090000'],
    ] as const) {
      expect(find('Cluster', name, all).spec.certificates).toEqual({
        serverTLSSecret: 'postgres-server',
        serverCASecret: 'postgres-server',
      });
      const { secretName, secretTemplate, issuerRef } = find('Certificate', 'postgres-server', all).spec;
      expect([secretName, secretTemplate]).toEqual(['postgres-server', { labels: { 'cnpg.io/reload': 'true' } }]);
      expect(issuerRef).toMatchObject({ kind: 'Issuer', name: 'postgres-authority' });
    }
  });

  test('clients mount the certificate of an authority that keeps its key and lasts for years', () => {
    const years = (text: string) => Number(/^(\d+)h/.exec(text)?.[1]) / 24 / 365;
    const { privateKey, renewBefore, duration, secretName } = find('Certificate', 'postgres-authority').spec;
    expect(privateKey.rotationPolicy).toBe('Never');
    // A process that read it once can still verify until that one has ended.
    expect([years(duration), years(renewBefore)]).toEqual([10, 3]);
    const { volumes } = find('Deployment', 'veza-backend-api').spec.template.spec;
    expect(volumes).toContainEqual({
      name: 'database-authority',
      secret: { secretName, defaultMode: 0o444, items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    });
  });
});
