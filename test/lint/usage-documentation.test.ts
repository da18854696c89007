import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readConfiguration } from '../../lib/lint/lint-configuration';
import { type CommandResult, runCli } from '../cli/support/call-veza';
import { TestSystem } from '../cli/support/test-system';
import { project } from '../support/manifests';
import { configurationExample, githubAction, preCommitConfiguration } from './rule-documentation';

const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { serviceAccountName: nobody, containers: [{ name: web, image: example.org/web:1 }] }\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usage-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a line of shell that starts with `npx veza`, in this process. */
function runLine(line: string, stdin = ''): Promise<CommandResult> {
  const system = new TestSystem();
  system.stdin.end(stdin);
  return runCli(line.split(' ').slice(2), system);
}

test('the configuration file of the documentation is valid, and has every field', () => {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, configurationExample);
  expect(Object.keys(readConfiguration(file))).toEqual(Object.keys(parse(configurationExample)));
});

test('the pre-commit hook has the fields of a local hook, and its command finds something', async () => {
  const { repos } = parse(preCommitConfiguration);
  const [hook] = repos[0].hooks;
  expect(repos[0].repo).toBe('local');
  expect(Object.keys(hook)).toEqual(['id', 'name', 'entry', 'language', 'files', 'pass_filenames']);
  expect(hook).toMatchObject({ language: 'system', pass_filenames: false });
  expect(new RegExp(hook.files).test('k8s/base/web.yaml')).toBe(true);
  expect(new RegExp(hook.files).test('src/web.ts')).toBe(false);
  writeFileSync(join(folder, 'web.yaml'), pod);
  expect((await runLine(hook.entry.replace('k8s/', folder))).status).toBe(1);
});

test('the GitHub Action is a composite one, and its command writes the findings for GitHub', async () => {
  const { name, description, inputs, runs } = parse(githubAction);
  expect([typeof name, typeof description, runs.using]).toEqual(['string', 'string', 'composite']);
  const [step] = runs.steps;
  expect(step.shell).toBe('bash');
  expect(step.env.PATHS).toBe(`\${{ inputs.${Object.keys(inputs)[0]} }}`);
  expect(githubAction.split('\n').length).toBeLessThanOrEqual(10);
  const file = join(folder, 'web.yaml');
  writeFileSync(file, pod);
  expect(await runLine(step.run.replace('$PATHS', file))).toMatchObject({
    status: 1,
    out: expect.stringMatching(/^::error file=\S+web\.yaml,line=4,col=9,title=service-accounts::/),
  });
});

test('manifests are read from the standard input, alone and with files', async () => {
  expect((await runLine('npx veza lint -', pod)).out).toMatch(/^stdin:4: Pod\/web: spec\.serviceAccountName: /);
  const file = join(folder, 'account.yaml');
  writeFileSync(file, 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: nobody }\n');
  expect(await runLine(`npx veza lint - ${file}`, pod)).toMatchObject({
    status: 0,
    out: '2 files, 2 objects, 0 findings\n',
  });
  expect(await runLine('npx veza lint -')).toMatchObject({ status: 2, err: 'error: -: no Kubernetes objects here\n' });
});

test('the configuration file of a folder above the working directory applies', () => {
  writeFileSync(join(folder, '.veza-lint.yaml'), 'skip: [service-accounts]\n');
  const cwd = join(folder, 'below');
  mkdirSync(cwd);
  const launcher = join(project, 'lib', 'cli', 'veza.js');
  const { status, stdout } = spawnSync(process.execPath, [launcher, 'lint', '-'], {
    cwd,
    encoding: 'utf8',
    input: pod,
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '1 file, 1 object, 0 findings\n' });
});
