import type { KubernetesManifest } from '../../../lib/manifests/manifest';
import { diffRelease, readDeployedObjects } from '../../../lib/operations/deploy/release-diff';
import { changed } from '../../support/changed';
import { afterDeploys, type DeployHarness } from '../../support/deploy-harness';
import { staging as monitored } from '../../support/environments/staging';
import { FakeCluster } from '../../support/fake-cluster';
import { staging } from '../../support/small-environment';

const { namespace } = staging;
const deployed = afterDeploys(staging, 'v1.0.0');

/** The changes that a dry run prints. */
async function dryRun(harness: DeployHarness): Promise<string[]> {
  harness.output.length = 0;
  expect(await harness.deploy('v1.0.0', { dryRun: true })).toMatchObject({ done: expect.anything() });
  const { output } = harness;
  return output.filter((line) => /^ {2}(adds|changes|removes|retains|no) /.test(line)).map((line) => line.trim());
}

/** What changes where a release becomes another. @default unvalidatedIn - every namespace exists */
async function changes(
  change: (objects: KubernetesManifest[]) => KubernetesManifest[],
  unvalidatedIn = '',
): Promise<readonly string[]> {
  const { cluster, helm } = await deployed();
  const released = await readDeployedObjects(helm, await helm.history());
  const objects = change(structuredClone(released));
  const isUnvalidated = ({ metadata }: KubernetesManifest) => metadata.namespace === unvalidatedIn;
  const found = {
    validated: objects.filter((object) => !isUnvalidated(object)),
    unvalidated: objects.filter(isUnvalidated),
  };
  return (await diffRelease(cluster, found, { release: namespace, released })).objects;
}

test('a release that runs already has no changes', async () => {
  expect(await dryRun(await deployed())).toStrictEqual(['no changes']);
});

test('objects that leave the manifests are listed as removed or retained', async () => {
  const { name, user } = monitored.database;
  const managed = {
    kind: 'managed',
    name,
    user,
    host: 'db.test',
    port: 5432,
    cidr: '10.9.0.0/24',
    maxConnections: 500,
    roles: 'per-service',
    certificate: { kind: 'unverified' },
  };
  const lines = await dryRun((await afterDeploys(monitored, 'v1.0.0')()).at(changed(monitored, 'database', managed)));
  expect(lines.filter((line) => /^(removes|retains) /.test(line)).sort()).toMatchInlineSnapshot(`
[
  "removes veza-staging Certificate/postgres-authority",
  "removes veza-staging Certificate/postgres-server",
  "removes veza-staging ConfigMap/postgres-backup-config",
  "removes veza-staging ConfigMap/postgres-config",
  "removes veza-staging CronJob/postgres-backup",
  "removes veza-staging Deployment/postgres-backup-store",
  "removes veza-staging Issuer/postgres-authority",
  "removes veza-staging Issuer/postgres-authority-issuer",
  "removes veza-staging NetworkPolicy/postgres",
  "removes veza-staging NetworkPolicy/postgres-backup",
  "removes veza-staging NetworkPolicy/postgres-backup-store",
  "removes veza-staging Service/postgres-headless",
  "removes veza-staging Service/postgres-service",
  "removes veza-staging ServiceAccount/postgres",
  "removes veza-staging ServiceAccount/postgres-backup",
  "removes veza-staging ServiceAccount/postgres-backup-store",
  "removes veza-staging StatefulSet/postgres",
  "removes veza-staging-monitoring ConfigMap/grafana-dashboard-postgres-overview",
  "retains veza-staging PersistentVolumeClaim/postgres-backups",
]
`);
});

test('an object that cannot be validated yet is not listed as removed', async () => {
  expect(await changes((objects) => objects, 'veza-staging-monitoring')).toStrictEqual([]);
});

test('a removed field is listed, which the server does not report for fields that Helm 3 wrote', async () => {
  const lines = await changes((objects) =>
    objects.map((object) => {
      if (object.kind !== 'ConfigMap' || object.metadata.name !== 'veza-config') return object;
      const { LOG_LEVEL: _, ...data } = (object as KubernetesManifest & { data: Record<string, string> }).data;
      return { ...object, data };
    }),
  );
  expect(lines).toStrictEqual(['changes veza-staging ConfigMap/veza-config and removes data.LOG_LEVEL']);
});

test('a diff that names no object is an error, not the absence of changes', async () => {
  const kubectl = Object.assign(new FakeCluster(), { diff: async () => 'Files a and b differ' });
  await expect(
    diffRelease(kubectl, { validated: [], unvalidated: [] }, { release: namespace, released: [] }),
  ).rejects.toMatchObject({
    problems: ['cannot read the output of kubectl diff: "Files a and b differ"'],
  });
});
