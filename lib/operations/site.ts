import type { Environment } from '../environments/environment';
import type { Clock } from './clock';
import type { Kubectl } from './kubectl';
import type { Progress } from './progress';

/** Where an operation works that takes its time, and whom it tells. */
export interface Site {
  readonly kubectl: Kubectl;
  readonly environment: Environment;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Ends its waits before their time. */
  readonly signal?: AbortSignal;
}

/** Whom to ask of an environment, and which one. */
export type Place = Pick<Site, 'kubectl' | 'environment'>;

/** A call of kubectl in the environment, to be typed by hand. */
export function byHand({ kubectl, environment }: Place, command: string): string {
  return `kubectl --context=${kubectl.context} --namespace=${environment.namespace} ${command}`;
}
