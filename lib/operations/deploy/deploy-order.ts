import { runMutation } from '../../cluster/mutation';
import { deploy } from './deploy';
import type { DeployContext } from './plan';
import { type DeployPlan, type DeployRequest, planDeploy } from './plan';

/** What the caller decides of a deploy. */
export interface Caller {
  /** Asks whether a plan is to be carried out; rejects if it is not. It is asked again for each new plan. */
  readonly confirm: (plan: DeployPlan) => Promise<void>;
  /** Does work that can be stopped. */
  readonly stoppable: <T>(work: (stop: AbortSignal) => Promise<T>) => Promise<T>;
}

/**
 * Plans and deploys. Of several deploys that were planned at once each waits for its turn and plans again with what the
 * others have brought. Returns what it did, in one line.
 */
export async function deployOrder(
  order: DeployRequest,
  crew: DeployContext,
  { confirm, stoppable }: Caller,
): Promise<string> {
  for (;;) {
    const plan = await planDeploy(order, crew);
    if (order.dryRun) return `${plan.release} could be deployed to ${order.environment.name}; nothing was changed`;
    await confirm(plan);
    const done = await stoppable((stop) => runMutation(() => deploy(plan, crew, stop), stop));
    if (done !== undefined) return done;
  }
}
