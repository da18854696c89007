import type { Hooks } from '../hooks';
import type { Store } from '../store';

/** What a controller works in. */
export interface World {
  readonly store: Store;
  readonly hooks: Hooks;
  /** Lets the controllers run again after some milliseconds, even if nothing changes. */
  readonly lookAgain: (milliseconds: number) => void;
}

/** Looks at the whole cluster and takes one step towards what it should be; writes nothing if it is there. */
export type Controller = (world: World) => void;
