/** How an operation reports its progress. */
export interface Progress {
  /** A step begins. */
  step(text: string): void;
  /** What the step waits for now. */
  update(text: string): void;
  /** The step succeeded, with its result. */
  succeed(text: string): void;
  /** The step ends without a result: it failed, or the operation is over. */
  stop(): void;
}
