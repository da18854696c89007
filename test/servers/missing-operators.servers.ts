import { readFileSync } from 'node:fs';
import { nameEnvironmentFiles } from '../../lib/synth/environment-charts';
import { versionInfo } from '../support/cluster/discovery';
import { production } from '../support/environments/production';
import { parseManifests } from '../support/manifests';
import { installTools, ToolsHarness } from './support/tools-harness';

jest.setTimeout(180_000);
beforeAll(installTools, 120_000);

describe('a cluster without the operators that production needs', () => {
  const files = nameEnvironmentFiles(production).map((file) => `dist/${file}.k8s.yaml`);
  const objects = files.flatMap((file) => parseManifests(readFileSync(file, 'utf8')));
  const missing = (kind: string) => /^(Cluster|ScheduledBackup|ObjectStore)$/.test(kind);
  const problems = [
    'clusters.postgresql.cnpg.io; install CloudNativePG: ',
    'scheduledbackups.postgresql.cnpg.io; install CloudNativePG: ',
    'objectstores.barmancloud.cnpg.io; install the plugin Barman Cloud: ',
  ].map((problem) => `the cluster has no kind ${problem}`);
  const outdated = `the cluster runs Kubernetes ${versionInfo.gitVersion}, but CloudNativePG 1.30, which runs the database cluster`;
  let harness: ToolsHarness;

  beforeAll(async () => {
    harness = await ToolsHarness.start(production, 'helm3');
  });
  afterAll(() => harness.stop());

  /** Those objects of dist/ that the cluster has, and those that it lacks. */
  const present = () =>
    objects.filter(({ kind, metadata }) => harness.cluster.objects.one(kind, metadata.name, metadata.namespace));
  const absent = () => objects.filter((object) => !present().includes(object)).map(({ kind }) => kind);

  test('deploy and diff say what is missing, and touch nothing', async () => {
    const before = present().length;
    const { failed = [] } = await harness.deploy('v1.0.0');
    const { status, stderr } = await harness.veza('diff', 'production');
    expect(status).toBe(0);
    for (const problem of [outdated, ...problems]) {
      expect(failed.join('\n')).toContain(problem);
      expect(stderr).toContain(`warning: ${problem}`);
    }
    expect(present()).toHaveLength(before);
  });

  test('kubectl apply of dist/ reports the missing kinds, and creates everything else', async () => {
    const { status, stderr } = await harness.kubectl(['apply', ...files.map((file) => `--filename=${file}`)]);
    expect(status).toBe(1);
    const reported = [...stderr.matchAll(/no matches for kind "(\w+)"/g)].map(([, kind]) => kind);
    const lacking = objects.map(({ kind }) => kind).filter(missing);
    expect(lacking).toHaveLength(3);
    expect(reported.sort()).toEqual([...lacking].sort());
    expect(absent().sort()).toEqual(lacking.sort());
  });

  test('then diff compares the rest, in which nothing differs', async () => {
    const { status, stdout, stderr } = await harness.veza('diff', 'production');
    expect([status, stdout]).toEqual([0, files.map((file) => `${file}: no difference\n`).join('')]);
    for (const problem of problems) expect(stderr).toContain(`warning: ${problem}`);
  });
});
