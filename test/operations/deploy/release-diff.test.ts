import { commandLineClients, connect } from '../../../lib/cluster/clients';
import { Helm } from '../../../lib/cluster/helm';
import { Kubectl } from '../../../lib/cluster/kubectl';
import { createProcessRunner } from '../../../lib/cluster/process';
import type { KubernetesManifest } from '../../../lib/manifests/manifest';
import { deployedObjects, diffRelease } from '../../../lib/operations/deploy/release-diff';
import { staging } from '../../../lib/veza/environments/staging';
import { changed } from '../../support/changed';
import { Bed } from './bed';

jest.setTimeout(120_000);

const { namespace, deployment, database } = staging;
const runProgram = createProcessRunner(process.env);
let bed: Bed;
beforeAll(async () => {
  bed = await Bed.make(staging);
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
});
afterAll(() => bed.stop());
beforeEach(() => {
  bed.told.length = 0;
});

/** What a deploy would say of objects. */
async function dryRun(at: Bed): Promise<string[]> {
  expect(await at.deploy('v1.0.0', { dryRun: true })).toMatchObject({ done: expect.anything() });
  return at.told.filter((line) => /^ {2}(adds|changes|removes|retains|no) /.test(line)).map((line) => line.trim());
}

/** What changes where a release becomes another. @default untriedIn - every namespace is there */
async function changes(
  change: (objects: KubernetesManifest[]) => KubernetesManifest[],
  untriedIn = '',
): Promise<readonly string[]> {
  const kubectl = await connect(staging, commandLineClients(runProgram));
  const helm = await Helm.create(deployment.context, namespace, runProgram);
  const released = await deployedObjects(helm, await helm.history());
  const objects = change(structuredClone(released));
  const isUntried = ({ metadata }: KubernetesManifest) => metadata.namespace === untriedIn;
  const found = { validated: objects.filter((object) => !isUntried(object)), unvalidated: objects.filter(isUntried) };
  return (await diffRelease(kubectl, found, { release: namespace, released })).objects;
}

test('a release that runs already has no changes', async () => {
  expect(await dryRun(bed)).toStrictEqual(['no changes']);
});

test('objects that leave the manifests are listed as removed or retained', async () => {
  const { name, user } = database;
  const managed = {
    kind: 'managed',
    name,
    user,
    host: 'db.test',
    port: 5432,
    cidr: '10.9.0.0/24',
    maxConnections: 500,
  };
  const lines = await dryRun(bed.at(changed(staging, 'database', managed)));
  expect(lines.filter((line) => /^(removes|retains) /.test(line)).sort()).toMatchInlineSnapshot(`
[
  "removes veza-staging ConfigMap/postgres-backup-config",
  "removes veza-staging ConfigMap/postgres-config",
  "removes veza-staging CronJob/postgres-backup",
  "removes veza-staging Deployment/postgres-backup-store",
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

test("the user's own diff program is not used: its output could not be parsed", async () => {
  process.env.KUBECTL_EXTERNAL_DIFF = 'diff --brief -N -r';
  const lines = await changes((objects) => {
    const changed = objects.find(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === 'prometheus');
    if (changed) Object.assign(changed.metadata, { annotations: { reviewed: 'yes' } });
    return objects;
  });
  delete process.env.KUBECTL_EXTERNAL_DIFF;
  expect(lines).toStrictEqual(['changes veza-staging-monitoring ServiceAccount/prometheus']);
});

test('a diff that names no object is an error, not the absence of changes', async () => {
  const kubectl = new (class extends Kubectl {
    override diff = async () => 'Files a and b differ';
  })(deployment.context, runProgram);
  await expect(
    diffRelease(kubectl, { validated: [], unvalidated: [] }, { release: namespace, released: [] }),
  ).rejects.toMatchObject({
    problems: ['cannot read the output of kubectl diff: "Files a and b differ"'],
  });
});
