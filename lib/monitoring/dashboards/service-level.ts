import { recordingNames, type SliWindow } from '../rules/recording-names';
import { type Matchers, select } from '../rules/selector';

/** How many times faster than allowed services spent their error budget. */
export function burnRate(window: SliWindow, services: Matchers): string {
  const allowed = `(1 - ${select(recordingNames.objective, services)})`;
  return `${select(recordingNames.errorRatio(window), services)} / on (namespace, job) ${allowed}`;
}
