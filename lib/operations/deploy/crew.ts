import type { Helm } from '../helm';
import type { Kubectl } from '../kubectl';
import type { Progress } from '../progress';

/** Who does the work of a deploy, and who is told. */
export interface Crew {
  readonly kubectl: Kubectl;
  readonly helm: Helm;
  readonly progress: Progress;
  /** Writes a line for the user. */
  readonly say: (line: string) => void;
  /** Returns if the user agrees to the change. */
  readonly confirm: () => Promise<void>;
  /** Tries the public services; raises a FailedError of those that do not answer. */
  readonly smoke: () => Promise<void>;
}
