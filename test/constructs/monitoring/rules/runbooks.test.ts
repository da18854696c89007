import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleGroups } from '../../../../lib/constructs/monitoring/rules/rule-groups';
import { exported, ownSeries, recordedSeries, seriesType } from '../dashboards/exported';
import { selectors } from '../dashboards/promql';
import { alertingRules } from './alerting-rules';
import { everything } from './rule-inputs';

const folder = join(__dirname, '..', '..', '..', '..', 'docs', 'runbooks');
const names = [...new Set(alertingRules(ruleGroups(everything)).map(({ alert }) => alert))].sort();

test('every alert has a runbook, and every runbook an alert', () => {
  expect(readdirSync(folder).sort()).toEqual(['README.md', ...names.map((name) => `${name}.md`)].sort());
});

test.each(names)('the runbook of %s tells what it means, whom it hurts, where to look and what to do', (name) => {
  const text = readFileSync(join(folder, `${name}.md`), 'utf8');
  expect(text.split('\n')[0]).toBe(`# ${name}`);
  expect(text.match(/^## .+$/gm)).toEqual(['## Meaning', '## Impact', '## Diagnosis', '## Mitigation']);
  const diagnosis = text.slice(text.indexOf('## Diagnosis'), text.indexOf('## Mitigation'));
  expect(diagnosis).toMatch(/^(kubectl|npm run) /m);
});

test('what runbooks ask Prometheus can be answered', () => {
  const texts = names.map((name) => readFileSync(join(folder, `${name}.md`), 'utf8'));
  const queries = texts.flatMap((text) => [...text.matchAll(/:9090 \\\n {2}'(.+)'$/gm)].map(([, query = '']) => query));
  const asked = queries.flatMap((query) => selectors(query).map(({ metric }) => metric));
  const known = (metric: string) => [...exported.keys()].some((job) => seriesType(job, metric) !== undefined);
  const answered = (metric: string) => ownSeries.includes(metric) || recordedSeries.includes(metric) || known(metric);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((metric) => !answered(metric))).toEqual([]);
});

test('every link of a runbook leads to a runbook', () => {
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const links = texts.flatMap((text) => [...text.matchAll(/\]\((\w+)\.md\)/g)].map(([, name = '']) => name));
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter((name) => !names.includes(name))).toEqual([]);
});

test('no runbook goes around Helm, which would downgrade what was deployed', () => {
  const advice = readdirSync(folder)
    .filter((file) => file !== 'README.md')
    .flatMap(
      (file) =>
        readFileSync(join(folder, file), 'utf8').match(/^.*(?:kubectl apply|rollout undo|last good `dist).*$/gm) ?? [],
    );
  expect(advice).toEqual([]);
});
