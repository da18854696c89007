import { type Delivered, deliveryProblems, imageDifferences } from '../../cluster/delivery';
import type { KubernetesObject } from '../../cluster/kubectl';
import { type Check, results, warn } from './check-result';

const check = 'delivery';

/**
 * Whether what runs is what the manifests state, and came by the way that the environment states. What differs is a warning:
 * it serves well until it is taken back unasked.
 */
export function delivery(environment: Delivered): Check {
  return ({ expected, declared }) => {
    const stated = expected.map(({ value }) => value as KubernetesObject);
    const remedy = 'state the release in lib/veza/environments, or deploy what is stated';
    const details = [
      ...imageDifferences(stated, declared).map((difference) => `${difference}; ${remedy}`),
      ...deliveryProblems(environment, declared),
    ];
    const fine = `every container runs the image that dist/ states, delivered by ${environment.deployment.delivery}`;
    return details.length === 0
      ? results(check, environment.name, [], fine)
      : details.map((detail) => warn(check, environment.name, detail));
  };
}
