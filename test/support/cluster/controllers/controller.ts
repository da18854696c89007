import type { Hooks } from '../hooks';
import type { Store } from '../store';

/** The cluster that a controller works on. */
export interface World {
  readonly store: Store;
  readonly hooks: Hooks;
  /** Lets the controllers run again after some milliseconds, even if nothing changes. */
  readonly lookAgain: (milliseconds: number) => void;
}

/** Reads the whole cluster and takes one step towards its desired state; writes nothing once that is reached. */
export type Controller = (world: World) => void;
