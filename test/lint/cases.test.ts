import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintManifests } from '../../lib/lint/lint-manifests';
import { formatFinding } from '../../lib/lint/rule';
import { readManifests } from '../../lib/manifests/read-manifests';

const folder = join(__dirname, 'cases');

/** Manifests of other projects, reduced. The first line of each states what is expected. */
const cases = readdirSync(folder).map((file) => {
  const path = join(folder, file);
  const [first = ''] = readFileSync(path, 'utf8').split('\n');
  const [, expected = ''] = /^# expected: (.*)$/.exec(first) ?? [];
  return { file, path, expected };
});

function outcome(path: string, expected: string): { problems: readonly string[]; findings: string[] } {
  const { objects, problems, duplicateKeys } = readManifests([path]);
  const onlyRule = /no ([a-z-]+) (?:finding|either)/.exec(expected)?.[1];
  const findings = lintManifests(objects, { policy: expected.includes('--policy'), duplicateKeys })
    .filter((finding) => onlyRule === undefined || finding.class === 'broken' || finding.rule === onlyRule)
    .map((finding) => `${finding.rule} | ${formatFinding(finding)}`);
  return { problems, findings };
}

test.each(cases.filter(({ expected }) => /^(--policy: )?no /.test(expected)))(
  '$file: $expected',
  ({ path, expected }) => {
    expect(outcome(path, expected)).toEqual({ problems: [], findings: [] });
  },
);

test.each(cases.filter(({ expected }) => /^(a )?(finding|note)/.test(expected)))(
  '$file: $expected',
  ({ path, expected }) => {
    const { problems, findings } = outcome(path, expected);
    expect(problems).toEqual([]);
    expect(findings).not.toEqual([]);
  },
);

test.each(cases.filter(({ expected }) => expected.startsWith('unreadable')))(
  '$file: $expected',
  ({ path, expected }) => {
    expect(outcome(path, expected).problems).toHaveLength(1);
  },
);

test('every case states what is expected of it', () => {
  expect(cases.filter(({ expected }) => !/^(--policy: )?no |^(a )?(finding|note)|^unreadable/.test(expected))).toEqual(
    [],
  );
  expect(cases.length).toBeGreaterThan(0);
});
