import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
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
import { dataSource, panelQueries, type Queries, type QueryMode } from './queries';

/** The units in use, by Grafana's ids. */
export type Unit =
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

/** What every panel says. */
export interface PanelOptions {
  readonly title: string;
  /** What it shows, and what a reader should make of it. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: Queries;
}

/** What a graph may say besides. */
export interface GraphOptions extends PanelOptions {
  /** Upper end of the scale, for what cannot exceed it; otherwise the scale follows the data. */
  readonly max?: number;
  /** Whether values may be below zero, where the scale otherwise begins. */
  readonly signed?: boolean;
  /** Whether series are parts of a whole, drawn on top of each other. */
  readonly stacked?: boolean;
}

/** What a figure may say besides. */
export interface FigureOptions extends PanelOptions {
  /** The colours of its values. Without them it has none to warn with. */
  readonly colors?: Colors;
  /** Whether each value has its name beside it, even if it is the only one. */
  readonly named?: boolean;
  /** What to show if there is no value. */
  readonly none?: string;
}

/** Makes a panel, a new one each time: its builder is changed when it is given its place. */
export type Panel = () => PanelBuilder;

/** The course of values over time. */
export function timeSeries({ max, signed = false, stacked = false, ...options }: GraphOptions): Panel {
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
    const builder = panel('timeseries', options, { range: true, instant: false })
      .height(8)
      .options(graphOptions)
      .custom(custom);
    if (!signed) builder.min(0);
    if (max !== undefined) builder.max(max);
    return builder;
  };
}

/** The value, or one for each series, as it is at the end of the time range: what has ended is not shown any more. */
export function stat({ colors = plain, named = false, none, ...options }: FigureOptions): Panel {
  const figureOptions: StatOptions = {
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
    const builder = panel('stat', options, { range: false, instant: true })
      .height(5)
      .options(figureOptions)
      .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...colors]));
    return none === undefined ? builder : builder.noValue(none);
  };
}

function panel(type: string, { title, description, unit, queries }: PanelOptions, when: QueryMode): PanelBuilder {
  return new PanelBuilder()
    .type(type)
    .title(title)
    .description(description)
    .datasource(dataSource)
    .targets(panelQueries(queries, when))
    .unit(unit);
}

/** Colours of values: each holds from its value on, the first from the lowest. */
export type Colors = readonly Threshold[];

/** Values that mean neither good nor bad. */
export const plain: Colors = [{ value: null, color: 'text' }];

/** The more, the worse: `worseFrom(0.7, 0.9)` warns from 70 % on. */
export function worseFrom(warning: number, critical: number): Colors {
  return [
    { value: null, color: 'green' },
    { value: warning, color: 'orange' },
    { value: critical, color: 'red' },
  ];
}

/** The less, the worse: `worseBelow(0.9, 0.5)` warns below 90 %. */
export function worseBelow(warning: number, critical: number): Colors {
  return [
    { value: null, color: 'red' },
    { value: critical, color: 'orange' },
    { value: warning, color: 'green' },
  ];
}

/** One is bad already: for numbers of things that are wrong. */
export const noneIsGood: Colors = [
  { value: null, color: 'green' },
  { value: 1, color: 'red' },
];

/** Less than one is bad: for figures that say yes or no, and for shares of what should be whole. */
export const wholeIsGood: Colors = [
  { value: null, color: 'red' },
  { value: 1, color: 'green' },
];
