import * as units from '@grafana/grafana-foundation-sdk/units';
import { type DashboardRule, twice } from './rule';
import { type GrafanaDashboard, logTargetsOf, panelsOf, targetsOf } from './support';

const dataSource = '$datasource';

/** What a reader sees of a dashboard. Most rules are those of Grafana's dashboard-linter. */
export const layoutRules: Readonly<Record<string, DashboardRule>> = {
  'cannot be edited': ({ editable }) => (editable ? ['editable'] : []),
  'has a title and a description': ({ title, description }) =>
    title && description ? [] : ['no title or description'],
  'lets the reader choose the data source': ({ templating: { list } }) =>
    list.some(({ name, type, query }) => name === 'datasource' && type === 'datasource' && query === 'prometheus')
      ? []
      : ['no variable datasource'],
  'asks the chosen data source': (dashboard) =>
    [
      ...panelsOf(dashboard),
      ...targetsOf(dashboard),
      ...logTargetsOf(dashboard),
      ...dashboard.templating.list.filter(({ type }) => type === 'query'),
    ]
      .filter(({ datasource }) => datasource?.uid !== (datasource?.type === 'loki' ? '$logs' : dataSource))
      .map((asking) => `asks another: ${JSON.stringify(asking)}`),
  'reloads variables with the time range': ({ templating: { list } }) =>
    list.filter(({ type, refresh }) => type === 'query' && refresh !== 2).map(({ name }) => name),
  'has a title, a description and a unit on every panel': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ title, description, fieldConfig }) => !title || !description || !knownUnit(fieldConfig.defaults.unit))
      .map(({ id, title }) => `panel ${id} ${title}`),
  'has a query on every panel': (dashboard) =>
    panelsOf(dashboard)
      .filter(({ targets = [] }) => targets.length === 0 || twice(targets.map(({ refId }) => refId)))
      .map(({ title }) => title),
  'numbers its panels uniquely': ({ panels }) => (twice(panels.map(({ id }) => id)) ? ['two panels with one id'] : []),
  'names its panels uniquely in a row': (dashboard) => {
    const places = panelsOf(dashboard).map(({ title, gridPos }) => `${gridPos.y} ${title}`);
    return twice(places) ? ['two panels with one title'] : [];
  },
  'fills the grid without overlap': ({ panels }) => overlaps(panels),
};

function knownUnit(unit: string | undefined): boolean {
  return Object.values(units).some((known) => known === unit);
}

/** Every cell of the grid, from the first line to the last, belongs to exactly one panel or title of a row. */
function overlaps(panels: GrafanaDashboard['panels']): string[] {
  const taken = new Set<string>();
  const breaches: string[] = [];
  for (const { id, gridPos } of panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        if (taken.has(`${x} ${y}`) || x >= 24) breaches.push(`panel ${id} at ${x} ${y}`);
        taken.add(`${x} ${y}`);
      }
    }
  }
  const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return taken.size === 24 * height ? breaches : [...breaches, `${24 * height - taken.size} cells are empty`];
}
