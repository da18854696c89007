import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ClusterState,
  healthyState,
  record,
  stateWithBucket,
} from '../../operations/backup/support/cluster-state';
import { TestCluster } from '../../operations/backup/support/test-cluster';
import { project } from '../../support/manifests';
import { bundle, type Outcome, runIn } from '../../support/program';

// Every call of kubectl is a process here, and a machine may be busy.
jest.setTimeout(120_000);

const program = bundle('main.ts');
const kubectl = bundle('test/operations/backup/support/kubectl-program.ts');
const folder = mkdtempSync(join(tmpdir(), 'veza-backup-'));
const file = join(folder, 'cluster.json');
const variables = { PATH: `${folder}:${process.env.PATH}`, CLUSTER: file };

beforeAll(() => {
  writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\nexec ${process.execPath} ${kubectl} "$@"\n`, { mode: 0o755 });
});
beforeEach(() => save(healthyState()));
afterAll(() => rmSync(folder, { recursive: true }));

function save(state: ClusterState): void {
  writeFileSync(file, JSON.stringify({ ...state, jobSeconds: 0 }));
}

function cluster(): TestCluster {
  return new TestCluster(JSON.parse(readFileSync(file, 'utf8')) as ClusterState);
}

function call(command: string, ...args: readonly string[]): Outcome {
  return runIn(project, [process.execPath, program, ...command.split(' '), ...args], variables);
}

const atRest = new TestCluster().workloads;

test('backup create: a line for each thing, and the backup', () => {
  expect(call('backup create', 'staging')).toEqual({
    status: 0,
    stdout: [
      'Backing up the database of staging …',
      '  ✔ Backed up the database: 20261125T030000Z, verified',
      'backup 20261125T030000Z: 3.0 MiB for a database of 10.0 MiB, in 2 min',
      'warning: no offsite copy is configured; this backup is lost with the cluster',
    ],
    stderr: [],
  });
  expect(cluster().state.events).toEqual(['job create', 'end of create']);
});

test('backup create: continues when its output is no longer read', async () => {
  const env = { ...process.env, ...variables };
  const child = spawn(process.execPath, [program, 'backup', 'create', 'staging'], { cwd: project, env });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(cluster().state.volume.map(({ name }) => name)).toEqual([record.name, '20261125T030000Z']);
});

test('backup create: is copied where the environment keeps copies', () => {
  save(stateWithBucket());
  expect(call('backup create', 'staging').stdout.slice(-2)).toEqual([
    'Copying the backups to the bucket …',
    '  ✔ Copied the backups to the bucket',
  ]);
  expect(cluster().state.bucket.map(({ name }) => name)).toEqual([record.name, '20261125T030000Z']);
});

test('backup create: that fails is one line with its cause, and nothing is copied', () => {
  save({ ...stateWithBucket(), jobFailures: { create: { line: 'pg_dump: error: out of memory' } } });
  const { status, stderr } = call('backup create', 'staging');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: [
      expect.stringMatching(
        /^error: no verified backup was made: pg_dump: error: out of memory; its log: kubectl --context=veza-staging --namespace=veza-staging logs job\/postgres-backup-create-\w+-\w{6}$/,
      ),
    ],
  });
  expect(cluster().state.events).toEqual(['job create', 'failure of create']);
});

test('backup list: a table for people', () => {
  const { status, stdout } = call('backup list', 'staging');
  expect(status).toBe(0);
  const cells = stdout.map((line) => line.split('│').map((cell) => cell.trim()));
  expect(cells[1]).toEqual([
    '',
    'name',
    'where',
    'state',
    'finished',
    'age',
    'size',
    'database size',
    'tables',
    'rows',
    '',
  ]);
  expect(cells[3]).toEqual([
    '',
    record.name,
    'volume',
    'verified',
    record.finished,
    expect.any(String),
    '3.0 MiB',
    '10.0 MiB',
    '17',
    '1234',
    '',
  ]);
  expect(stdout.slice(5)).toEqual([
    'There are no copies outside the cluster: staging is not protected from the loss of the cluster.',
  ]);
});

test('backup list: says when there is none', () => {
  save({ ...healthyState(), volume: [] });
  expect(call('backup list', 'staging').stdout[0]).toBe('There is no backup yet.');
});

test('backup list: json for programs, and nothing else on stdout', () => {
  const { stdout, stderr } = call('backup list', 'staging', '--format', 'json');
  expect(JSON.parse(stdout.join('\n'))).toEqual({
    environment: 'staging',
    backups: [{ ...record, place: 'volume' }],
    offsite: { kind: 'none' },
  });
  expect(stderr).toEqual(['Listing the backups of staging …', '  ✔ 1 on the volume']);
});

test('restore: says what it did, and how the old database is dropped', () => {
  const { status, stdout, stderr } = call('restore', 'staging', record.name, '--yes');
  expect({ status, stderr }).toEqual({ status: 0, stderr: [] });
  expect(stdout.slice(-3)).toEqual([
    `restored backup ${record.name} to staging`,
    'the previous database is kept as veza_staging_before_20261125t021500z; drop it once it is no longer needed:',
    'kubectl --context=veza-staging --namespace=veza-staging exec postgres-0 --container=postgres -- dropdb --username=postgres veza_staging_before_20261125t021500z',
  ]);
  expect(cluster().workloads).toEqual(atRest);
});

test('restore: Ctrl-C, which ends its kubectl too, brings everything back while the Job is at work', async () => {
  save({ ...healthyState(), jobFailures: { restore: { endless: true } } });
  const child = spawn(process.execPath, [program, 'restore', 'staging', record.name, '--yes'], {
    cwd: project,
    env: { ...process.env, ...variables },
    detached: true,
  });
  let [out, err] = ['', ''];
  let isStopped = false;
  child.stdout.on('data', (text) => {
    out += text;
    if (isStopped || !/then renaming it to veza_staging …\n.*is running/.test(out)) return;
    isStopped = true;
    // A terminal signals every process that runs in it.
    process.kill(-Number(child.pid), 'SIGINT');
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect(status).toBe(1);
  expect(err.trim().split('\n')).toEqual([
    'SIGINT: cleaning up; please wait',
    'error: stopped by SIGINT',
    'error: database veza_staging is unchanged',
    'error: resumed the services and the backup schedules with their original settings',
  ]);
  expect(cluster().workloads).toEqual(atRest);
  expect(cluster().unfinished).toEqual([]);
});

const context =
  'the current context is veza-staging, and production is in veza-production; run `kubectl config use-context veza-production`';

test.each<[string, string, string[], string]>([
  [
    'no environment',
    'backup create',
    [],
    "missing required argument 'environment'\n(add --help to see the arguments and options)",
  ],
  ['an unknown environment', 'backup list', ['prod'], '"prod" is not an environment; use one of staging, production'],
  [
    'another format',
    'backup list',
    ['staging', '--format', 'xml'],
    "option '--format <format>' argument 'xml' is invalid. Allowed choices are human, json.\n(add --help to see the arguments and options)",
  ],
  ['another context', 'backup create', ['production'], context],
  ['another context', 'backup list', ['production'], context],
  ['another context', 'restore', ['production', record.name, '--yes'], context],
  [
    'no backup',
    'restore',
    ['staging'],
    "missing required argument 'backup'\n(add --help to see the arguments and options)",
  ],
  [
    'what is no name of a backup',
    'restore',
    ['staging', '../x', '--yes'],
    '"../x" is not the name of a backup; use one such as 20261125T021500Z, as `npx veza backup list staging` prints them',
  ],
  [
    'no terminal to confirm on',
    'restore',
    ['staging', record.name],
    'this stops the services of staging and replaces its database veza_staging with backup 20261125T021500Z. There is no terminal to confirm it on; use --yes',
  ],
])('%s: %s is wrong usage, and changes nothing', (_, command, args, problem) => {
  expect(call(command, ...args)).toEqual({ status: 2, stdout: [], stderr: `error: ${problem}`.split('\n') });
  expect(cluster().state.events).toEqual([]);
});

test('without a CronJob nothing is asked: it says to deploy first', () => {
  save({ ...healthyState(), objects: {} });
  const problem =
    'error: there is no CronJob postgres-backup in veza-staging; deploy it first: npx veza deploy staging <version>';
  for (const [command, ...args] of [['backup create'], ['backup list'], ['restore', record.name]] as const) {
    expect(call(command, 'staging', ...args)).toEqual({ status: 2, stdout: [], stderr: [problem] });
  }
});
