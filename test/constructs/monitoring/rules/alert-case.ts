/** Input series of promtool and their values, one a minute or step: `up{job="redis"}` -> `1x10 0x10`. */
export type Series = Readonly<Record<string, string>>;

/** Minutes between two values. */
export type Step = 1 | 10;

/** An alert that fires. */
export interface Firing {
  /** All of its labels but `alertname`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
}

/** A history in which an alert fires from a certain minute on, and one just short of it. */
export interface AlertCase {
  /** Minutes from one value to the next, and from one evaluation to the next: 1, or 10 where a history has days. */
  readonly step?: Step;
  readonly alert: string;
  /** What has happened: the end of a sentence that begins with the alert's name. */
  readonly when: string;
  readonly series: Series;
  /** The first minute at which it fires: at the step before, nothing of this name does. */
  readonly minute: number;
  /** Every alert of this name that fires at that minute. */
  readonly fires: readonly Firing[];
  /** What of the series is otherwise in the history that is just short of it, if there can be such a one. */
  readonly below: Series | 'always fires';
  /** What of this name fires even so, at the same minute. */
  readonly belowFires?: readonly Firing[];
}

/** A history in which nothing of this name may fire at some minutes, though one might think so. */
export interface QuietCase {
  readonly step?: Step;
  readonly alert: string;
  readonly when: string;
  readonly series: Series;
  readonly minutes: readonly number[];
}

/** An expression of the deployment guide, and a history in which its result is wrong. */
export interface GuideCase {
  /** The alert, of the guide and of ours. */
  readonly alert: string;
  readonly defect: string;
  readonly expr: string;
  readonly series: Series;
  readonly minute: number;
  /** What the guide's expression yields: series -> value. */
  readonly yields: Readonly<Record<string, number>>;
  /** What our rules do in its place: name -> alerts of that name. */
  readonly ours: { readonly alert: string; readonly fires: readonly Firing[] };
}
