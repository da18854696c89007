/** Tells a user how far an operation is. */
export interface Progress {
  /** A step begins. */
  step(text: string): void;
  /** The step goes on. */
  update(text: string): void;
  /** The step has ended well. */
  done(text: string): void;
}
