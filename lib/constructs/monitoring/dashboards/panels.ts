import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  type DataSourceRef,
  LegendDisplayMode,
  LegendPlacement,
  PercentChangeColorMode,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  PanelBuilder,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Options as StatOptions } from '@grafana/grafana-foundation-sdk/stat';
import type { FieldConfig, Options as TimeSeriesOptions } from '@grafana/grafana-foundation-sdk/timeseries';
import { dataSource, type Queries, type Targets, toTargets } from './queries';

/** Units of panels, by their ids in Grafana. */
type Unit =
  | 'short'
  | 'percentunit'
  | 's'
  | 'bytes'
  | 'binBps'
  | 'reqps'
  | 'ops'
  | 'iops'
  | 'cps'
  | 'pps'
  | 'bool_yes_no';

/** How a time series panel shows its values; a unit alone is a scale from zero that follows the data. */
interface GraphScale {
  readonly unit: Unit;
  /** Upper end of the scale. @default - the scale follows the data */
  readonly max?: number;
  /** Whether values may be negative. @default - the scale begins at zero */
  readonly signed?: boolean;
  /** Whether series are stacked, as parts of a whole. */
  readonly stacked?: boolean;
}

/** For shares that cannot be more than 100 %. */
export const limitedShare: GraphScale = { unit: 'percentunit', max: 1 };

/** For states over time. */
export const yesOrNo: GraphScale = { unit: 'bool_yes_no', max: 1 };

/** How a stat panel shows its values. */
interface StatScale {
  readonly unit: Unit;
  /** Colors of its values. @default - one neutral color */
  readonly colors?: Colors;
  /** Whether each value is shown with its name, even a single one. */
  readonly named?: boolean;
  /** Text that is shown without a value. */
  readonly none?: string;
}

/** Makes a new panel. A builder cannot be used twice, because placing a panel changes it. */
export type Panel = () => PanelBuilder;

/**
 * A graph of values over time.
 * @param description what it shows, and what that means
 */
export function timeSeries(title: string, description: string, scale: Unit | GraphScale, queries: Queries): Panel {
  const {
    unit,
    max,
    signed = false,
    stacked = false,
  }: GraphScale = typeof scale === 'string' ? { unit: scale } : scale;
  const custom: FieldConfig = {
    fillOpacity: stacked ? 30 : 10,
    showPoints: VisibilityMode.Never,
    stacking: { mode: stacked ? StackingMode.Normal : StackingMode.None, group: 'A' },
  };
  const graphOptions: TimeSeriesOptions = {
    legend: { displayMode: LegendDisplayMode.List, placement: LegendPlacement.Bottom, showLegend: true, calcs: [] },
    tooltip: { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending },
  };
  return () => {
    const targets = toTargets(queries, { range: true, instant: false });
    const builder = makePanel('timeseries', title, description, targets, unit)
      .height(8)
      .options(graphOptions)
      .custom(custom);
    if (!signed) builder.min(0);
    if (max !== undefined) builder.max(max);
    return builder;
  };
}

/**
 * The current value of each series, at the end of the time range.
 * @param description what it shows, and what that means
 */
export function stat(title: string, description: string, scale: Unit | StatScale, queries: Queries): Panel {
  const { unit, colors = plain, named = false, none }: StatScale = typeof scale === 'string' ? { unit: scale } : scale;
  const statOptions: StatOptions = {
    graphMode: BigValueGraphMode.None,
    colorMode: BigValueColorMode.Value,
    justifyMode: BigValueJustifyMode.Auto,
    textMode: named ? BigValueTextMode.ValueAndName : BigValueTextMode.Auto,
    wideLayout: true,
    showPercentChange: false,
    percentChangeColorMode: PercentChangeColorMode.Standard,
    reduceOptions: { calcs: ['lastNotNull'] },
    orientation: VizOrientation.Auto,
  };
  return () => {
    const targets = toTargets(queries, { range: false, instant: true });
    const builder = makePanel('stat', title, description, targets, unit)
      .height(5)
      .options(statOptions)
      .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...colors]));
    return none === undefined ? builder : builder.noValue(none);
  };
}

/** A panel of any type. */
export function makePanel(
  type: string,
  title: string,
  description: string,
  targets: Targets,
  unit: Unit,
  source: DataSourceRef = dataSource,
): PanelBuilder {
  return new PanelBuilder()
    .type(type)
    .title(title)
    .description(description)
    .datasource(source)
    .targets(targets)
    .unit(unit);
}

/** Colors of values. Each applies from its value upwards, the first from the lowest value. */
type Colors = readonly Threshold[];

/** For values that are neither good nor bad. */
const plain: Colors = [{ value: null, color: 'text' }];

/** For values that should be low: `worseFrom(0.7, 0.9)` warns from 70 %. */
export function worseFrom(warning: number, critical: number, unit: Unit = 'percentunit'): StatScale {
  const colors = [
    { value: null, color: 'green' },
    { value: warning, color: 'orange' },
    { value: critical, color: 'red' },
  ];
  return { unit, colors };
}

/** For values that should be high: `worseBelow(0.9, 0.5)` warns below 90 %. */
export function worseBelow(warning: number, critical: number, unit: Unit = 'percentunit'): StatScale {
  const colors = [
    { value: null, color: 'red' },
    { value: critical, color: 'orange' },
    { value: warning, color: 'green' },
  ];
  return { unit, colors };
}

/** For counts that should be zero. */
export const noneIsGood: StatScale = {
  unit: 'short',
  colors: [
    { value: null, color: 'green' },
    { value: 1, color: 'red' },
  ],
};

const wholeIsGood: Colors = [
  { value: null, color: 'red' },
  { value: 1, color: 'green' },
];

/** For states that should be yes. */
export const yesIsGood: StatScale = { unit: 'bool_yes_no', colors: wholeIsGood };

/** For shares that should be 100 %. */
export const allIsGood: StatScale = { unit: 'percentunit', colors: wholeIsGood };

/** For counts that should be one at least. */
export const oneIsGood: StatScale = { unit: 'short', colors: wholeIsGood };
