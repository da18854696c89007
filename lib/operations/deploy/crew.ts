import type { Clock } from '../clock';
import type { Helm } from '../helm';
import type { Kubectl } from '../kubectl';
import type { OperationLease } from '../lease';
import type { Progress } from '../progress';

/** Who does the work of a deploy, and who is told. */
export interface Crew {
  readonly kubectl: Kubectl;
  readonly helm: Helm;
  /** The right to change the environment. */
  readonly lease: OperationLease;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Writes a line for the user. */
  readonly say: (line: string) => void;
  /** Tries the public services until the signal; raises a FailedError of those that do not answer. */
  readonly smoke: (signal: AbortSignal) => Promise<void>;
}
