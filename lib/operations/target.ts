import type { Environment } from '../environments/environment';
import { UsageError } from '../problems';
import { Kubectl } from './kubectl';
import { call } from './program';

/**
 * The cluster of an environment, if it is the one that the user works in.
 * @param run how programs are run
 */
export async function clusterOf({ name, deployment }: Environment, run = call): Promise<Kubectl> {
  const current = await Kubectl.currentContext(run);
  if (current === '') {
    throw new UsageError(`kubectl has no current context; run \`kubectl config use-context ${deployment.context}\``);
  }
  if (current !== deployment.context) {
    throw new UsageError(
      `the current context is ${current}, and ${name} is in ${deployment.context}; ` +
        `run \`kubectl config use-context ${deployment.context}\``,
    );
  }
  return new Kubectl(current, run);
}
