import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { ruleGroups } from '../../lib/monitoring/rules/rule-groups';
import { alertCases, allGuideCases, quietCases } from '../monitoring/rules/cases';
import { promtoolFile } from '../monitoring/rules/promtool-tests';
import { everything } from '../monitoring/rules/rule-inputs';

const tools = join(__dirname, '..', '..', 'node_modules', '.cache', 'veza', 'tools', 'bin');
const groups = ruleGroups(everything);
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

test('every alert fires when it should, says what it should, and keeps silent just short of that', async () => {
  const file = promtoolFile({
    rulesFile: 'rules.yaml',
    groups,
    runbookBaseUrl: everything.runbookBaseUrl,
    alerts: alertCases,
    quiet: quietCases,
    guide: allGuideCases,
  });
  expect(file.tests.length).toBeGreaterThan(150);
  // promtool works on one test after the other, so that each processor gets a share of them.
  const shares = Array.from({ length: availableParallelism() }, (_, share) => share);
  const outputs = shares.map((share) => {
    const name = `tests-${share}.yaml`;
    const tests = file.tests.filter((_, index) => index % shares.length === share);
    writeFileSync(join(folder, name), yaml({ ...file, tests }));
    return promtool('test', 'rules', name);
  });
  for (const output of await Promise.all(outputs)) expect(output).toContain('SUCCESS');
}, 600_000);

/** What promtool prints. It fails with that, if it finds something. */
async function promtool(...args: string[]): Promise<string> {
  try {
    return (await promisify(execFile)(join(tools, 'promtool'), args, { cwd: folder })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`);
  }
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
