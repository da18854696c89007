import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project } from '../support/manifests';
import { runCli, vezaProject } from './support/call-veza';

const { bin, files, version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
const launcher = join(project, bin.veza);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veza-launcher-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}

function launch(...args: readonly string[]): Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'> {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the program', () => {
  test.each([
    [['deplyo'], "error: unknown command 'deplyo'\n(Did you mean deploy?)"],
    [['undeploy'], "error: unknown command 'undeploy'\n(Did you mean deploy?)"],
    [['backup', 'lst'], "error: unknown command 'lst'\n(Did you mean list?)"],
    [['deploy', 'staging', 'v1.0.0', '--dry-rn'], "error: unknown option '--dry-rn'\n(Did you mean --dry-run?)"],
    [['--vrsion'], "error: unknown option '--vrsion'\n(Did you mean --version?)"],
  ])('%j is wrong usage, and the answer is the nearest name', async (args, problem) => {
    expect(await runCli(args)).toStrictEqual({
      status: 2,
      out: '',
      err: `${problem}\n(add --help to see the arguments and options)\n`,
    });
  });

  test('a group without a command is wrong usage, and prints its commands', async () => {
    const { status, out, err } = await runCli(['backup']);
    expect([status, out]).toStrictEqual([2, '']);
    expect(err).toMatch(/^Usage: veza backup [\s\S]*\n {2}create .*[\s\S]*\n {2}list /);
  });

  test('knows the services and environments of the platform that it is handed', async () => {
    const shop = { ...vezaProject, environments: vezaProject.environments.slice(1), development: undefined };
    expect((await runCli(['health', 'staging'], undefined, shop)).err).toBe(
      'error: "staging" is not an environment; use one of production\n',
    );
    expect(await runCli(['compose'], undefined, shop)).toStrictEqual({
      status: 2,
      out: '',
      err: 'error: platform veza has no development environment; hand one to runVeza in main.ts\n',
    });
  });

  test('its version is that of the package', async () => {
    expect(await runCli(['--version'])).toStrictEqual({ status: 0, out: `${version}\n`, err: '' });
  });
});

describe('the launcher', () => {
  test('runs the file that the app of cdk8s.yaml ends with, with the arguments that it is given', () => {
    write('cdk8s.yaml', 'language: typescript\napp: node main.js\n');
    write('main.js', 'console.log(JSON.stringify(process.argv.slice(2)));');
    expect(launch('deploy', '--dry-run')).toStrictEqual({ status: 0, stdout: '["deploy","--dry-run"]\n', stderr: '' });
  });

  test.each(['app: "node main.js"', 'app: >-\n  node\n  main.js', 'app: node\n  main.js', 'app: node main.js # ours'])(
    'reads all of YAML in cdk8s.yaml: %j',
    (content) => {
      write('cdk8s.yaml', content);
      write('main.js', 'console.log("ran");');
      expect(launch('synth')).toStrictEqual({ status: 0, stdout: 'ran\n', stderr: '' });
    },
  );

  test('runs a module of today too', () => {
    write('cdk8s.yaml', 'app: node main.mjs');
    write('main.mjs', 'import { argv } from "node:process"; console.log(argv.length);');
    expect(launch('synth')).toStrictEqual({ status: 0, stdout: '3\n', stderr: '' });
  });

  test("runs the Veza platform's own where there is no cdk8s.yaml", () => {
    expect(launch('releases', 'nowhere')).toStrictEqual({
      status: 2,
      stdout: '',
      stderr: 'error: "nowhere" is not an environment; use one of staging, production\n',
    });
  });

  test.each([
    ['app: node main.js', 'app "node main.js": main.js does not exist; compile it first'],
    ['app: npm start', 'app "npm start": end it with the file that calls runVeza, such as "node main.js"'],
    ['language: typescript', 'app undefined: end it with the file that calls runVeza, such as "node main.js"'],
    ['', 'app undefined: end it with the file that calls runVeza, such as "node main.js"'],
  ])('cdk8s.yaml with %j is wrong usage', (content, problem) => {
    write('cdk8s.yaml', content);
    expect(launch('synth')).toStrictEqual({ status: 2, stdout: '', stderr: `error: cdk8s.yaml: ${problem}\n` });
  });

  test('a main.ts without ts-node is wrong usage', () => {
    write('cdk8s.yaml', 'app: npx ts-node main.ts');
    write('main.ts', '');
    const { status, stderr } = launch('synth');
    expect([status, stderr]).toStrictEqual([
      2,
      expect.stringMatching(/^error: \S+main\.ts needs ts-node: npm install --save-dev ts-node, or .*\n$/),
    ]);
  });

  test('a signal that is sent to it reaches the command', async () => {
    write('cdk8s.yaml', 'app: node main.js');
    write(
      'main.js',
      'process.on("SIGTERM", () => { console.log("rolled back"); process.exit(1); }); setInterval(() => {}, 1000); console.log("ready");',
    );
    const child = spawn('sh', ['-c', `exec ${process.execPath} ${launcher} deploy`], { cwd: folder });
    const [first] = await once(child.stdout, 'data');
    expect(String(first)).toBe('ready\n');
    child.kill('SIGTERM');
    const [[second], [status]] = await Promise.all([once(child.stdout, 'data'), once(child, 'close')]);
    expect([String(second), status]).toStrictEqual(['rolled back\n', 1]);
  });

  test('is part of the package, which holds no other source', () => {
    expect(files).toStrictEqual(['build/package', 'lib/cli/bundle.js', bin.veza, 'lib/cli/watch']);
  });
});
