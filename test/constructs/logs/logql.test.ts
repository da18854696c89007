import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { streamLabels, structuredMetadata } from '../../../lib/constructs/monitoring/scrape-endpoints';
import { project } from '../../support/manifests';
import { logTargetsOf, platformDashboards } from '../monitoring/dashboards/support';
import { readLogQuery } from './logql';

const pages = ['docs/logs.md', ...readdirSync(join(project, 'docs/runbooks')).map((name) => `docs/runbooks/${name}`)];
const written = pages.flatMap((page) =>
  [...readFileSync(join(project, page), 'utf8').matchAll(/^```logql\n([^`]*?)\n```$/gm)].map(([, query = '']) => ({
    where: page,
    query,
  })),
);
const shown = platformDashboards().flatMap((dashboard) =>
  logTargetsOf(dashboard).map(({ expr }) => ({ where: dashboard.title, query: expr })),
);
const stored: readonly string[] = [...streamLabels, ...structuredMetadata];

/** Labels of a query that the collector does not set. */
function unknownLabels(query: string): string[] {
  const { stream, others } = readLogQuery(query);
  return [
    ...stream.filter((label) => !(streamLabels as readonly string[]).includes(label)),
    ...others.filter((label) => !stored.includes(label)),
  ];
}

test('runbooks and dashboards have queries', () => {
  expect(written.length).toBeGreaterThan(5);
  expect(shown.length).toBeGreaterThan(0);
});

test.each([...written, ...shown].map(({ where, query }) => [where, query]))(
  'in %s, %j is LogQL and names only labels that the collector sets',
  (_, query) => {
    expect(unknownLabels(query)).toStrictEqual([]);
    expect(readLogQuery(query).stream).toContain('namespace');
  },
);

test.each(['{app=', '{app="x"} |', 'sum by (app) (rate({app="x"}))', ''])('%j is no LogQL', (query) => {
  expect(() => unknownLabels(query)).toThrow('no LogQL');
});

test.each([
  ['{pod="x"}', ['pod']],
  ['{app="x"} | trace="y"', ['trace']],
  ['sum by (job) (rate({app="x"}[5m]))', ['job']],
])('%s names a label that the collector does not set', (query, labels) => {
  expect(unknownLabels(query)).toStrictEqual(labels);
});
