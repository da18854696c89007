import { begun } from '../begun';
import type { Crew } from './crew';
import { deploy } from './deploy';
import { makePlan, type Order, type Plan } from './plan';

/** What the caller decides of a deploy. */
export interface Caller {
  /** Asks whether a plan is to be carried out; rejects if it is not. It is asked again for each new plan. */
  readonly confirm: (plan: Plan) => Promise<void>;
  /** Does work that can be stopped. */
  readonly stoppable: <T>(work: (stop: AbortSignal) => Promise<T>) => Promise<T>;
}

/**
 * Plans and deploys. Of several deploys that were planned at once each waits for its turn and plans again with what the
 * others have brought. Returns what it did, in one line.
 */
export async function deployOrder(order: Order, crew: Crew, { confirm, stoppable }: Caller): Promise<string> {
  for (;;) {
    const plan = await makePlan(order, crew);
    if (order.dryRun) return `${plan.release} could be deployed to ${order.environment.name}; nothing was changed`;
    await confirm(plan);
    const done = await stoppable((stop) => begun(() => deploy(plan, crew, stop), stop));
    if (done !== undefined) return done;
  }
}
