import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { staging } from '../../../lib/veza/environments/staging';
import { all, Bed } from '../../operations/deploy/bed';
import type { Answer } from '../../support/cluster/run';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'veza-diff-'));
let bed: Bed;
beforeEach(async () => {
  bed = await Bed.make(staging);
});
afterEach(() => bed.stop());
afterAll(() => rmSync(folder, { recursive: true }));

const files = ['staging', 'staging-monitoring', 'staging.dashboards'].map((name) => `dist/${name}.k8s.yaml`);
const noDifference = files.map((file) => `${file}: no difference\n`).join('');

function diff(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return bed.program('diff', args, env);
}

/** Lines of a difference. */
function changes({ status, stdout, stderr }: Answer): string[] {
  expect([status, stderr]).toStrictEqual([0, '']);
  return stdout.split('\n').filter((line) => /^[-+] /.test(line));
}

test('what kubectl applied has no difference, and what was changed since is shown', async () => {
  expect((await bed.kubectl(['apply', ...files.map((file) => `--filename=${file}`)])).status).toBe(0);
  const { status, stdout, stderr } = await diff(['staging']);
  expect([status, stdout]).toStrictEqual([0, noDifference]);
  expect(stderr).toMatch(/^warning: (\d+) of \1 objects were last written by `kubectl apply` of dist\/, .*\n$/);
  const patch = JSON.stringify({ data: { LOG_LEVEL: 'trace' } });
  const place = ['configmap/veza-config', '--namespace=veza-staging', '--type=merge', `--patch=${patch}`];
  expect((await bed.kubectl(['patch', ...place])).status).toBe(0);
  expect(changes({ ...(await diff(['staging'])), stderr: '' })).toStrictEqual([
    '-  LOG_LEVEL: trace',
    '+  LOG_LEVEL: debug',
  ]);
});

test('what Helm deployed has no difference either: Helm marks what it writes', async () => {
  const [version = ''] = Object.values(staging.releases);
  expect(await bed.deploy(version)).toStrictEqual({ done: `${version} is deployed to staging` });
  expect(await diff(['staging'])).toStrictEqual({ status: 0, stdout: noDifference, stderr: '' });
});

test('warns that dist/ states an older release than what runs, and of an apply of it', async () => {
  expect(await bed.deploy('v1.4.0')).toStrictEqual({ done: 'v1.4.0 is deployed to staging' });
  const back = 'do not apply dist/, which would overwrite that: staging is delivered by `npx veza deploy`';
  const warned = async () => (await diff(['staging'])).stderr.trim().split('\n');
  expect(await warned()).toStrictEqual(
    ['backend-api', 'chat-server', 'stream-server'].map(
      (name) =>
        `warning: veza-staging Deployment/veza-${name}: ${name} runs ghcr.io/veza/${name}:v1.4.0, dist/ states ghcr.io/veza/${name}:v1.0.0; ${back}`,
    ),
  );
  const dist = files.map((file) => `--filename=${file}`);
  const serverSide = await bed.kubectl(['apply', '--server-side', ...dist]);
  expect([serverSide.status, bed.running]).toStrictEqual([1, all('v1.4.0')]);
  expect(serverSide.stderr).toContain('conflict with "helm"');
  expect((await bed.kubectl(['apply', ...dist])).status).toBe(0);
  const remedy = 'what Helm has in its history may not be what runs; deploy the release that should run';
  expect(await warned()).toStrictEqual([expect.stringMatching(new RegExp(`^warning: \\d+ of .*: ${remedy}$`))]);
  bed.told.length = 0;
  expect(await bed.deploy('v1.4.0', { dryRun: true })).toMatchObject({ done: expect.any(String) });
  expect(bed.told).toContainEqual(expect.stringMatching(new RegExp(`^warning: \\d+ of .*: ${remedy}$`)));
});

test('a namespace that is missing makes every object new', async () => {
  expect((await bed.kubectl(['delete', 'namespace', 'veza-staging', 'veza-staging-monitoring'])).status).toBe(0);
  const { status, stdout } = await diff(['staging']);
  const lines = stdout.trim().split('\n');
  const counts = files.map((file) => readFileSync(file, 'utf8').split('\n---\n').length);
  expect(status).toBe(0);
  expect(lines.filter((line) => !line.startsWith('+ '))).toEqual([
    `dist/staging.k8s.yaml: all new: namespace veza-staging does not exist yet, so all ${counts[0]} objects would be created`,
    `dist/staging-monitoring.k8s.yaml: all new: namespace veza-staging-monitoring does not exist yet, so all ${counts[1]} objects would be created`,
    `dist/staging.dashboards.k8s.yaml: all new: namespace veza-staging-monitoring does not exist yet, so all ${counts[2]} objects would be created`,
  ]);
  expect(lines).toHaveLength(counts.reduce((sum, count) => sum + 1 + count, 0));
  expect(lines[1]).toBe('+ Namespace/veza-staging');
});

test('a cluster or a tool out of reach is one line with its cause', async () => {
  const [tools = ''] = (process.env.PATH ?? '').split(':');
  expect(await diff(['staging'], { PATH: tools })).toStrictEqual({
    status: 2,
    stdout: '',
    stderr: 'error: kubectl diff: error: failed to run "diff": executable file not found in $PATH\n',
  });
  const without = await diff(['staging'], { PATH: '/nowhere' });
  expect(without.status).toBe(2);
  expect(without.stderr).toMatch(/^error: kubectl does not run \(.*ENOENT\); install it and put it on the PATH\n$/);
  const dead = readFileSync(bed.cluster.kubeconfig, 'utf8').replace(bed.cluster.server, 'http://127.0.0.1:9');
  expect(await withKubeconfig(dead, ['staging'])).toStrictEqual({
    status: 2,
    stdout: '',
    stderr:
      'error: kubectl create: The connection to the server 127.0.0.1:9 was refused - did you specify the right host or port?\n',
  });
});

test('wrong usage changes nothing and says what is right', async () => {
  const errorsOf = async (args: readonly string[]) => (await diff(args)).stderr;
  expect(await errorsOf([])).toBe(
    "error: missing required argument 'environment'\n(add --help to see the arguments and options)\n",
  );
  expect(await errorsOf(['prod'])).toBe('error: "prod" is not an environment; use one of staging, production\n');
  expect(await errorsOf(['staging', 'production'])).toBe(
    "error: too many arguments for 'diff'. Expected 1 argument but got 2.\n(add --help to see the arguments and options)\n",
  );
  expect(await errorsOf(['production'])).toBe(
    'error: the current context is veza-staging, and production is in veza-production; run `kubectl config use-context veza-production`\n',
  );
  expect((await withKubeconfig('{}', ['staging'])).stderr).toBe(
    'error: kubectl has no current context; run `kubectl config use-context veza-staging`\n',
  );
  const { status, stderr } = await withKubeconfig('a: [b', ['staging']);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^error: kubectl config: error: error loading config file "\S+": yaml: .+\n$/);
});

async function withKubeconfig(content: string, args: readonly string[]): Promise<Answer> {
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, content, { mode: 0o600 });
  return diff(args, { KUBECONFIG: file });
}
