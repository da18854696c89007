import type { CronJob } from '../../../lib/cluster/kubernetes-types';
import { findMigrationTemplate, makeMigrationJob } from '../../../lib/operations/deploy/migration';
import { renderEnvironment } from '../../../lib/synth/render-environment';
import { veza } from '../../../lib/veza/veza';
import { changed } from '../../support/changed';
import type { KubeObject } from '../../support/cluster/objects';
import type { Job } from '../../support/cluster/workloads';
import { all, DeployHarness } from '../../support/deploy-harness';
import { staging } from '../../support/small-environment';

const environment = changed(staging, 'deployment.timeoutSeconds', 60);
const migration = { kind: 'job', service: 'backend-api', command: ['./api', 'migrate'], timeoutSeconds: 60 };
const migrating = changed(environment, 'deployment.migration', migration);

const labels = { app: 'veza-migration' };

test('a Job at a release has its settings written out, and files and connections of its own', () => {
  const { objects } = renderEnvironment(veza, migrating);
  const { job, dependents } = makeMigrationJob(findMigrationTemplate(objects, 'veza') as CronJob, objects, 7);
  const { containers, volumes } = job.spec.template.spec as unknown as {
    containers: { env: { name: string; value?: string; valueFrom?: object }[] }[];
    volumes: { configMap?: { name: string } }[];
  };
  expect([job.metadata.name, job.spec.suspend]).toStrictEqual(['veza-migration-7', true]);
  expect(containers[0]?.env.find(({ name }) => name === 'DB_HOST')).toStrictEqual({
    name: 'DB_HOST',
    value: 'postgres-service',
  });
  expect(volumes.flatMap(({ configMap }) => configMap?.name ?? [])).toStrictEqual(['veza-migration-7-veza-config']);
  expect(dependents.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toStrictEqual([
    'ConfigMap/veza-migration-7-veza-config',
    'NetworkPolicy/veza-migration-7-postgres',
    'NetworkPolicy/veza-migration-7-redis',
    'NetworkPolicy/veza-migration-7-veza-migration',
  ]);
  const policies = Object.fromEntries(dependents.map((object) => [object.metadata.name, (object as KubeObject).spec]));
  expect(policies['veza-migration-7-postgres']).toStrictEqual({
    podSelector: { matchLabels: { app: 'postgres' } },
    ingress: [{ from: [{ podSelector: { matchLabels: labels } }], ports: [{ port: 5432, protocol: 'TCP' }] }],
    policyTypes: ['Ingress'],
  });
  expect(policies['veza-migration-7-veza-migration']).toMatchObject({ podSelector: { matchLabels: labels } });
});

test('an environment that starts to migrate has what that needs before the release, owned by the Job', async () => {
  const harness = new DeployHarness(environment);
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  const { objects } = harness.cluster;
  let job: Job | undefined;
  let dependents: KubeObject[] = [];
  harness.cluster.hooks.job = (started) => {
    job = started;
    dependents = ['ConfigMap', 'NetworkPolicy'].flatMap((kind) =>
      objects.all(kind, 'veza-staging').filter(({ metadata }) => metadata.name.startsWith(started.metadata.name)),
    );
    return { succeed: true };
  };
  await harness.cluster.patch('secret/veza-secrets', 'veza-staging', {
    data: { DB_PASSWORD_MIGRATION: Buffer.from('a password that is long').toString('base64') },
  });
  expect(await harness.at(migrating).deploy('v1.1.0')).toStrictEqual({ done: 'v1.1.0 is deployed to staging' });
  expect(dependents).toHaveLength(4);
  expect(new Set(dependents.map(({ metadata }) => metadata.ownerReferences?.[0]?.uid))).toStrictEqual(
    new Set([job?.metadata.uid]),
  );
});

test('a migration runs with the new release before anything else of it, and stops the deploy if it fails', async () => {
  const harness = new DeployHarness(migrating);
  const seen: (readonly [image: string | undefined, running: string | undefined])[] = [];
  const outcome = (succeed: boolean) => (job: Job) => {
    seen.push([job.spec.template.spec.containers[0]?.image, harness.running[0]]);
    return { succeed, log: 'column exists already: hunter2' };
  };
  harness.cluster.hooks.job = outcome(true);
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  harness.cluster.hooks.job = outcome(false);
  const { failed = [], publicMessages = [] } = await harness.deploy('v1.1.0');
  expect(failed).toStrictEqual([
    expect.stringMatching(/^migration Job veza-migration-\d+ failed: column exists already: hunter2$/),
    'the previous release keeps running',
  ]);
  expect(publicMessages).toStrictEqual([
    expect.stringMatching(/^migration Job veza-migration-\d+ failed$/),
    'the previous release keeps running',
  ]);
  expect(harness.running).toStrictEqual(all('v1.0.0'));
  expect(seen).toStrictEqual([
    // The first release brings the database that its migration works on.
    ['ghcr.io/veza/backend-api:v1.0.0', 'backend-api:v1.0.0'],
    ['ghcr.io/veza/backend-api:v1.1.0', 'backend-api:v1.0.0'],
  ]);
});
