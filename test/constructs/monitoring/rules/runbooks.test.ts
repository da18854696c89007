import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exported, ownSeries, recordedSeries, seriesType } from '../dashboards/exported';
import { selectors } from '../dashboards/promql';
import { alertingRules } from './alerting-rules';
import { allGroups } from './rule-inputs';

const folder = join(__dirname, '..', '..', '..', '..', 'docs', 'runbooks');
const names = [...new Set(alertingRules(allGroups).map(({ alert }) => alert))].sort();

test('every alert has a runbook, and every runbook an alert', () => {
  expect(readdirSync(folder).sort()).toEqual(['README.md', ...names.map((name) => `${name}.md`)].sort());
});

test.each(names)('the runbook of %s has the sections Meaning, Impact, Diagnosis and Mitigation', (name) => {
  const text = readFileSync(join(folder, `${name}.md`), 'utf8');
  expect(text.split('\n')[0]).toBe(`# ${name}`);
  expect(text.match(/^## .+$/gm)).toEqual(['## Meaning', '## Impact', '## Diagnosis', '## Mitigation']);
  const diagnosis = text.slice(text.indexOf('## Diagnosis'), text.indexOf('## Mitigation'));
  expect(diagnosis).toMatch(/^(kubectl|npx veza) /m);
});

test('the queries of runbooks read only metrics that exist', () => {
  const texts = names.map((name) => readFileSync(join(folder, `${name}.md`), 'utf8'));
  const queries = texts.flatMap((text) => [...text.matchAll(/:9090 \\\n {2}'(.+)'$/gm)].map(([, query = '']) => query));
  const asked = queries.flatMap((query) => selectors(query).map(({ metric }) => metric));
  const known = (metric: string) => [...exported.keys()].some((job) => seriesType(job, metric) !== undefined);
  const answered = (metric: string) => ownSeries.includes(metric) || recordedSeries.includes(metric) || known(metric);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((metric) => !answered(metric))).toEqual([]);
});

test('every link of a runbook leads to an existing page and section', () => {
  const links = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/\]\(([^):]+\.md)(?:#([\w-]+))?\)/g)].map(
      ([, path = '', section]) => ({ file, path, section }),
    ),
  );
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter(({ section }) => section !== undefined).length).toBeGreaterThan(2);
  expect(links.filter(({ path, section }) => !leadsSomewhere(path, section))).toEqual([]);
});

function leadsSomewhere(path: string, section: string | undefined): boolean {
  if (!existsSync(join(folder, path))) return false;
  const headings = readFileSync(join(folder, path), 'utf8').match(/^#+ .+$/gm) ?? [];
  const slugs = headings.map((heading) => heading.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'));
  return section === undefined || slugs.includes(section);
}

test('no runbook bypasses Helm, which would downgrade the deployed release', () => {
  const advice = readdirSync(folder)
    .filter((file) => file !== 'README.md')
    .flatMap(
      (file) =>
        readFileSync(join(folder, file), 'utf8').match(/^.*(?:kubectl apply|rollout undo|last good `dist).*$/gm) ?? [],
    );
  expect(advice).toEqual([]);
});
