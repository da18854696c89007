import {
  type AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type QueryVariableBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard } from '../grafana-dashboards';
import type { Panel } from './panels';
import { dataSourceVariable } from './variables';

/** A dashboard as a list of rows. */
export interface DashboardDefinition {
  /** Identifies it for ever: links and bookmarks are made of it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** What the reader can choose besides the data source. */
  readonly variables: readonly QueryVariableBuilder[];
  /** What is marked on its graphs. */
  readonly annotations: readonly AnnotationQueryBuilder[];
  readonly rows: readonly Row[];
}

/** A titled line of panels, which share its width. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Columns of Grafana's grid. */
const columns = 24;

/** Every dashboard has it, and links to the others that do. */
const tag = 'platform';

/** Builds a dashboard that can be read but not changed. */
export function dashboard(definition: DashboardDefinition): Dashboard {
  const { uid, title, description, variables, annotations, rows } = definition;
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .variables([dataSourceVariable(), ...variables])
    .annotations([...annotations])
    .links([linksToOthers()]);
  for (const [index, row] of rows.entries()) addRow(builder, row, 100 * (index + 1));
  // The builders' objects hold a function and fields that are undefined; what Grafana reads has neither.
  return { uid, title, json: JSON.parse(JSON.stringify(builder.build())) };
}

function addRow(builder: DashboardBuilder, { title, panels }: Row, id: number): void {
  builder.withRow(new RowBuilder(title).id(id));
  for (const [index, panel] of panels.entries()) {
    builder.withPanel(
      panel()
        .id(id + index + 1)
        .span(columns / panels.length),
    );
  }
}

function linksToOthers(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([tag])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true);
}
