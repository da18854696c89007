import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { lintSet } from '../../lib/lint/lint-manifests';
import { createReport, type Report, writeGithub, writeSarif, writeText } from '../../lib/lint/reports';
import { rules } from '../../lib/lint/rules';
import { ManifestSet } from '../../lib/manifests/manifest-set';
import { readManifests } from '../../lib/manifests/read-manifests';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function reportOf(content: string, name = 'input.yaml'): Report {
  const path = join(folder, name);
  writeFileSync(path, content);
  const reading = readManifests([path]);
  const set = new ManifestSet(reading.objects);
  return createReport(reading, set, lintSet(set, { policy: true }));
}

const pod = [
  'apiVersion: v1',
  'kind: Pod',
  'metadata:',
  '  name: web',
  '  namespace: shop',
  'spec:',
  '  serviceAccountName: nobody',
  '  containers: [{ name: web, image: web }]',
  '',
].join('\n');

/** A finding with everything that a format must escape. */
function hostile(report: Report): Report {
  const [first] = report.findings;
  if (first === undefined) throw new Error('there is no finding');
  const position = { file: 'a b/50%,c:d#.yaml', line: 3, column: 7 };
  return { ...report, findings: [{ ...first, message: '100%\r\nfound', position }] };
}

/** The part of the public schema of SARIF 2.1.0 that applies to what is written; no other field is allowed. */
const text = z.strictObject({ text: z.string().min(1) });
const level = z.enum(['error', 'warning', 'note']);
const sarifSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              shortDescription: text,
              fullDescription: text,
              help: z.strictObject({ text: z.string().min(1), markdown: z.string().min(1) }),
              defaultConfiguration: z.strictObject({ level }),
              properties: z.record(z.string(), z.string()),
            }),
          ),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(z.strictObject({ level, message: text })),
        }),
      ),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0).optional(),
          level,
          message: text,
          locations: z.array(
            z.strictObject({
              physicalLocation: z
                .strictObject({
                  artifactLocation: z.strictObject({ uri: z.string().regex(/^[\w./:%-]+$/) }),
                  region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1) }),
                })
                .optional(),
              logicalLocations: z.array(z.strictObject({ fullyQualifiedName: z.string(), kind: z.string() })),
            }),
          ),
        }),
      ),
    }),
  ]),
});

describe('SARIF', () => {
  test('has the structure of version 2.1.0, with every rule and a place for each finding', () => {
    const [run] = sarifSchema.parse(JSON.parse(writeSarif(reportOf(pod)))).runs;
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(rules.map(({ name }) => name));
    const result = run.results.find(({ ruleId }) => ruleId === 'service-accounts');
    expect(result).toMatchObject({
      level: 'error',
      ruleIndex: rules.findIndex(({ name }) => name === 'service-accounts'),
    });
    expect(result?.locations[0]?.physicalLocation?.region).toEqual({ startLine: 7, startColumn: 3 });
    expect(run.results.find(({ ruleId }) => ruleId === 'image-tags')?.level).toBe('warning');
  });

  test('of nothing, of what could not be read, and of what no file states', () => {
    const report = reportOf('kind: List\nitems: []\n');
    expect(sarifSchema.parse(JSON.parse(writeSarif(report))).runs[0].results).toEqual([]);
    const unplaced = { ...reportOf(pod), problems: ['values.yaml:1:1: a template'] };
    const [run] = sarifSchema.parse(
      JSON.parse(
        writeSarif({ ...unplaced, findings: unplaced.findings.map((each) => ({ ...each, position: undefined })) }),
      ),
    ).runs;
    expect(run.invocations[0]?.toolExecutionNotifications[0]?.message.text).toBe('values.yaml:1:1: a template');
    expect(run.results.flatMap(({ locations }) => locations.flatMap((each) => each.physicalLocation ?? []))).toEqual(
      [],
    );
  });

  test('encodes the names of files', () => {
    const [run] = sarifSchema.parse(JSON.parse(writeSarif(hostile(reportOf(pod))))).runs;
    const location = run.results[0]?.locations[0]?.physicalLocation?.artifactLocation;
    expect(location?.uri).toBe('a%20b/50%25%2Cc%3Ad%23.yaml');
  });
});

describe('commands of a GitHub workflow', () => {
  test('name file, line, column and rule; the class decides how loud they are', () => {
    const report = reportOf(pod);
    const lines = writeGithub({ ...report, problems: ['values.yaml:1:1: a template'] }).split('\n');
    expect(lines[0]).toBe('::warning title=not checked::values.yaml:1:1: a template');
    expect(lines.find((line) => line.includes('service-accounts'))).toBe(
      `::error file=${report.findings[0]?.position?.file},line=7,col=3,title=service-accounts::shop Pod/web: spec.serviceAccountName: ServiceAccount nobody does not exist in shop (there is none)%0Acorrect the name, or add the ServiceAccount, or declare it: --assume ServiceAccount/shop/nobody`,
    );
    expect(lines.find((line) => line.includes('image-tags'))).toMatch(/^::warning file=/);
    expect(lines.at(-1)).toMatch(/^1 file, 1 object, \d+ findings/);
  });

  test('escape what a command gives a meaning to', () => {
    const [line = ''] = writeGithub(hostile(reportOf(pod))).split('\n');
    expect(line).toContain('::error file=a b/50%25%2Cc%3Ad#.yaml,line=3,col=7,title=service-accounts::');
    expect(line).toContain('100%25%0D%0Afound');
  });
});

test('text ends with a summary of files, objects, and findings by class and rule', () => {
  const findings = reportOf(pod).findings.filter(({ rule }) => ['service-accounts', 'image-tags'].includes(rule));
  const summary = (report: Report) => writeText(report).split('\n').at(-1);
  expect(summary({ ...reportOf(pod), findings: [...findings, ...findings.slice(1)] })).toBe(
    '1 file, 1 object, 3 findings (1 broken, 2 policy): service-accounts 1, image-tags 2',
  );
  expect(summary({ ...reportOf(pod), findings: [] })).toBe('1 file, 1 object, 0 findings');
});
