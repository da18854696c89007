import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameEnvironmentFiles } from '../../../lib/synth/environment-charts';
import { veza } from '../../../lib/veza/veza';
import { expectCommitted } from '../../support/golden';
import { distFolder, project, readManifests } from '../../support/manifests';
import { contracts, subdomains } from '../../support/own-platform';
import { contents, type Outcome, runIn } from '../../support/program';
import { shop, shopTest } from '../../support/shop';
import { ownProject } from '../support/call-veza';
import { inFolder, runWith } from '../support/folder';

const malformed =
  'use a version such as v1.2.3 or v1.2.3-rc.1; to state the digest of its image, add @sha256: and 64 hexadecimal digits';
const pinned = `v1.2.3@sha256:${'0'.repeat(64)}`;

/** The outcome of a synth that fails: what was in `dist` must be as it was, and nothing else may have come. */
function failure(variables: Readonly<Record<string, string>>): Promise<Outcome> {
  return inFolder(async (folder) => {
    const dist = join(folder, 'dist');
    mkdirSync(dist);
    writeFileSync(join(dist, 'staging.k8s.yaml'), 'as it was');
    const outcome = await runWith(variables);
    expect(readdirSync(folder)).toStrictEqual(['dist']);
    expect(contents(dist)).toStrictEqual({ 'staging.k8s.yaml': 'as it was' });
    return outcome;
  });
}

test('writes every environment and the cluster, the same bytes as those committed', async () => {
  const synth = () => inFolder(async () => ({ outcome: await runWith({}, [], ownProject), written: contents('dist') }));
  const [first, second] = [await synth(), await synth()];
  expect(first.outcome.status).toBe(0);
  expect(first.outcome.stderr).toStrictEqual([]);
  const names = ['cluster', ...ownProject.environments.flatMap(nameEnvironmentFiles)];
  expect(Object.keys(first.written)).toStrictEqual(names.map((name) => `${name}.k8s.yaml`).sort());
  expect(Object.keys(contents(distFolder))).toStrictEqual(Object.keys(first.written));
  expectCommitted(
    Object.fromEntries(Object.entries(first.written).map(([name, content]) => [`dist/${name}`, content])),
  );
  expect(second.written).toStrictEqual(first.written);
});

test('prints each file, what is still to be supplied, and the time', async () => {
  const { stdout, written } = await inFolder(async (folder) => {
    const { stdout } = await runWith({ VEZA_ENV: 'staging' });
    return { stdout, written: readManifests(join(folder, 'dist')) };
  });
  const counts = ['cluster', 'staging', 'staging-monitoring', 'staging-logs', 'staging.dashboards'].map((name) => {
    const objects = written.get(`${name}.k8s.yaml`)?.length ?? 0;
    return { objects, line: `${String(objects).padStart(4)} objects  dist/${name}.k8s.yaml` };
  });
  const passwords = contracts
    .filter(({ databaseAccess }) => databaseAccess !== undefined)
    .map(({ name }) => `DB_PASSWORD_${name.toUpperCase().replaceAll('-', '_')}`);
  expect(stdout.slice(0, -1)).toStrictEqual([
    ...counts.map(({ line }) => line),
    `staging: expects the Secret veza-staging/veza-secrets with ${[...passwords, ...veza.secrets].join(', ')}`,
    'staging: expects the Secret veza-staging-monitoring/veza-monitoring-secrets with GRAFANA_ADMIN_PASSWORD, ' +
      'GRAFANA_SECRET_KEY, CRITICAL_SLACK_URL, WARNING_SLACK_URL',
    'staging: expects the Secret veza-staging/veza-backup-secrets with BACKUP_PASSWORD',
    'staging: GOOGLE_CLIENT_ID is still the placeholder your-google-client-id',
    'staging: GITHUB_CLIENT_ID is still the placeholder your-github-client-id',
    'staging: DISCORD_CLIENT_ID is still the placeholder your-discord-client-id',
    'staging: SMTP_USERNAME is still the placeholder your-email@gmail.com',
    `staging: clients of ${subdomains.join(', ')} are not limited, as the controller does not see their addresses`,
    'staging: apiServer.cidrs are wider than an API server (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16); state its ' +
      'own addresses: kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes',
    'staging: logs are kept on one volume and are lost with it or with the cluster; state a bucket in logs.store',
    expect.stringMatching(/^staging: is delivered by /),
  ]);
  const total = counts.reduce((sum, { objects }) => sum + objects, 0);
  expect(stdout.at(-1)).toMatch(new RegExp(`^5 files, ${total} objects in \\d+\\.\\d\\d s$`));
});

test('leaves the file of an environment that is not asked for as it was', async () => {
  await inFolder(async (folder) => {
    const production = join(folder, 'dist/production.k8s.yaml');
    await runWith({});
    const written = contents(join(folder, 'dist'));
    writeFileSync(production, 'as it was');
    rmSync(join(folder, 'dist/staging.k8s.yaml'));
    expect((await runWith({ VEZA_ENV: ' staging' })).status).toBe(0);
    expect(contents(join(folder, 'dist'))).toStrictEqual({ ...written, 'production.k8s.yaml': 'as it was' });
  });
});

test.each([
  [
    'an unknown environment',
    'staging,prod',
    ['error: VEZA_ENV: "prod" is not an environment; use one of staging, production'],
  ],
  ['an empty environment', '', ['error: VEZA_ENV: "" is not an environment; use one of staging, production']],
  [
    'several unknown environments',
    'Staging,cluster',
    [
      'error: VEZA_ENV: "Staging" is not an environment; use one of staging, production',
      'error: VEZA_ENV: "cluster" is not an environment; use one of staging, production',
    ],
  ],
])('refuses %s', async (_, value, stderr) => {
  expect(await failure({ VEZA_ENV: value })).toStrictEqual({ status: 2, stdout: [], stderr });
});

test.each(['', 'latest'])('refuses the version %j', async (version) => {
  const stderr = [`error: VEZA_VERSION: ${JSON.stringify(version)}: ${malformed}`];
  expect(await failure({ VEZA_VERSION: version })).toStrictEqual({ status: 2, stdout: [], stderr });
});

test('refuses a version with a digest, which is that of one image', async () => {
  const stderr = [
    `error: VEZA_VERSION: "${pinned}" has the digest of one image; use v1.2.3, or state digests in the environment's releases`,
  ];
  expect(await failure({ VEZA_VERSION: pinned })).toStrictEqual({ status: 2, stdout: [], stderr });
});

test.each(['', ' '])('refuses the folder %j, which would be the one that it runs in', async (folder) => {
  const stderr = [`error: CDK8S_OUTDIR: ${JSON.stringify(folder)}: is empty; name a folder`];
  expect(await failure({ CDK8S_OUTDIR: folder })).toStrictEqual({ status: 2, stdout: [], stderr });
});

test('every wrong variable is reported at once', async () => {
  const { status, stderr } = await failure({ VEZA_ENV: 'prod', VEZA_VERSION: 'latest', CDK8S_OUTDIR: '' });
  expect([status, stderr.length]).toStrictEqual([2, 3]);
});

test('a folder that the system does not have ends in a line, and ends', async () => {
  const { status, stderr } = await failure({ CDK8S_OUTDIR: '/proc/veza' });
  expect([status, stderr]).toStrictEqual([
    1,
    [expect.stringMatching(/^error: ENOENT: .*\/proc\/veza.*; make the path writable or choose another$/)],
  ]);
});

test('refuses arguments, since it takes none', async () => {
  const outcome = await inFolder(() => runWith({}, ['synth', 'staging']));
  expect(outcome).toStrictEqual({
    status: 2,
    stdout: [],
    stderr: [
      "error: too many arguments for 'synth'. Expected 0 arguments but got 1.",
      '(add --help to see the arguments and options)',
    ],
  });
});

test('is what runs without a command, as cdk8s runs an app', async () => {
  const synth = (...args: readonly string[]) =>
    inFolder(async () => {
      const { status } = await runWith({ VEZA_ENV: 'staging' }, args);
      return { status, written: contents('dist') };
    });
  const [bare, named] = [await synth(), await synth('synth')];
  expect(bare.status).toBe(0);
  expect(bare).toStrictEqual(named);
});

test('a folder that cannot be written is reported in one line', async () => {
  await inFolder(async () => {
    writeFileSync('dist', 'a file where a folder should be');
    const { status, stdout, stderr } = await runWith({});
    expect({ status, stdout, lines: stderr.length }).toStrictEqual({ status: 1, stdout: [], lines: 1 });
    expect(stderr[0]).toMatch(/^error: EEXIST: .*dist.*; make the path writable or choose another$/);
  });
});

test('npm run synth and cdk8s synth write the same bytes', async () => {
  const synth = (...command: readonly string[]) =>
    inFolder(async (folder) => {
      const outdir = join(folder, 'out');
      const argument = command.at(-1) === '-o' ? [outdir] : [];
      const { status } = runIn(project, [...command, ...argument], { CDK8S_OUTDIR: outdir });
      return { status, written: contents(outdir) };
    });
  const npm = await synth('npm', 'run', '--silent', 'synth');
  const cdk8s = await synth('npx', 'cdk8s', 'synth', '--check-upgrade', 'false', '-o');
  expect(npm).toStrictEqual({ status: 0, written: contents(distFolder) });
  expect(cdk8s).toStrictEqual(npm);
});

/** A platform that takes less time than our own. */
const small = { platform: shop, environments: [shopTest], cluster: 'none' } as const;

test('--timings says where the time went, part by part', async () => {
  const { stdout } = await inFolder(() => runWith({}, ['synth', '--timings'], small));
  const parts = stdout.flatMap((line) => /^ +\d+ ms +\d+ % {2}(.*)$/.exec(line)?.[1] ?? []);
  expect(parts).toStrictEqual([
    'validate contracts and environments',
    'build test',
    'lint test',
    'write the YAML of test',
    'compare with the files before',
    'write files',
    'the rest',
    'in all',
  ]);
});

test('--changes prints the objects that changed instead of the files', async () => {
  await inFolder(async () => {
    const synth = async () => (await runWith({}, ['synth', '--changes'], small)).stdout;
    const first = await synth();
    expect(first.at(0)).toBe('added    Namespace shop-test  dist/test.k8s.yaml');
    expect(first.at(-1)).toMatch(new RegExp(`^${first.length - 1} objects changed in 3 files, \\d+\\.\\d\\d s$`));
    rmSync('dist/test.dashboards.k8s.yaml');
    const second = await synth();
    expect(second.at(-1)).toMatch(new RegExp(`^${second.length - 1} objects? changed in 1 file, `));
    expect(await synth()).toStrictEqual([expect.stringMatching(/^no object changed in 3 files, /)]);
  });
});

test('--watch that the launcher cannot run says what it needs', async () => {
  const { status, stderr } = await inFolder(() => runWith({}, ['synth', '--watch']));
  expect({ status, stderr }).toStrictEqual({
    status: 2,
    stderr: [
      'error: --watch works only with npx veza, and with esbuild next to the file that calls runVeza: npm install --save-dev esbuild',
    ],
  });
});
