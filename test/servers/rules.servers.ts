import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { alertCases, allGuideCases, quietCases } from '../constructs/monitoring/rules/cases';
import { clusteredDatabaseCases } from '../constructs/monitoring/rules/cases/database-cluster';
import { promtoolSuites } from '../constructs/monitoring/rules/promtool-tests';
import { allGroups, clusteredDatabaseGroups, everything } from '../constructs/monitoring/rules/rule-inputs';

const tools = join(__dirname, '..', '..', 'node_modules', '.cache', 'veza', 'tools', 'bin');
const groups = allGroups;
let folder: string;

beforeAll(() => {
  execFileSync('bash', [join(__dirname, 'prometheus-tools.sh')], { stdio: 'pipe' });
  folder = mkdtempSync(join(tmpdir(), 'rules-'));
  writeFileSync(join(folder, 'rules.yaml'), yaml({ groups }));
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('promtool finds nothing to complain of', async () => {
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
  const output = await promtool('check', 'rules', '--lint=all', '--lint-fatal', 'rules.yaml');
  expect(output).toContain(`SUCCESS: ${rules} rules found`);
});

const { runbookBaseUrl } = everything;
const suites = promtoolSuites({
  groups,
  runbookBaseUrl,
  alerts: alertCases,
  quiet: quietCases,
  guide: allGuideCases,
});
const clusterSuites = promtoolSuites({
  groups: clusteredDatabaseGroups,
  runbookBaseUrl,
  alerts: clusteredDatabaseCases,
  quiet: [],
  guide: [],
});

test('every case is put to the test', () => {
  const tests = suites.reduce((sum, { file }) => sum + file.tests.length, 0);
  const always = alertCases.filter(({ below }) => below === 'always fires').length;
  expect(tests).toBe(2 * alertCases.length - always + quietCases.length + allGuideCases.length);
});

// The slowest takes three seconds of one processor; a busy machine gives less than all of it.
test.each([...suites, ...clusterSuites].map(({ name, rules, file }) => ({ name, rules, file })))(
  'every alert of $name fires when it should, says what it should, and keeps silent just short of that',
  async ({ name, rules, file }) => {
    writeFileSync(join(folder, `${name}.rules.yaml`), yaml({ groups: rules }));
    writeFileSync(join(folder, `${name}.tests.yaml`), yaml(file));
    expect(await promtool('test', 'rules', `${name}.tests.yaml`)).toContain('SUCCESS');
  },
  300_000,
);

/**
 * What promtool prints. It fails with that, if it finds something. It is written in Go and ends soon: collecting its garbage
 * as often as a server does would take a third of its time.
 */
async function promtool(...args: string[]): Promise<string> {
  try {
    const env = { ...process.env, GOGC: '400' };
    return (await promisify(execFile)(join(tools, 'promtool'), args, { cwd: folder, env })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`);
  }
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
