import type { Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Matchers, SliWindow } from '../rules/selector';
import { recordingNames, select } from '../rules/selector';

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

/** How many times faster than allowed services spent their error budget. */
export function burnRate(window: SliWindow, services: Matchers): string {
  const allowed = `(1 - ${select(recordingNames.objective, services)})`;
  return `${select(recordingNames.errorRatio(window), services)} / on (namespace, job) ${allowed}`;
}
