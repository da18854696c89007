import { type Delivered, findDeliveryProblems, findImageDifferences } from '../../cluster/delivery';
import type { KubernetesObject } from '../../cluster/kubernetes-client';
import { describeObject } from '../../cluster/kubernetes-types';
import type { Manifest } from '../../manifests/manifest';
import { type Check, type CheckResult, makeFailure, makeResults, makeWarning } from './check-result';
import type { Snapshot } from './snapshot';

/** Checks that everything that the manifests declare exists. Other checks read lists, which do not show what is missing. */
export function checkDeclaredObjects({ expected, declared }: Snapshot): CheckResult[] {
  const live = new Map(declared.map((object) => [describeObject(object), object]));
  const namespaces = [...new Set(expected.map(({ namespace }) => namespace))];
  return namespaces.flatMap((namespace) => {
    const place = namespace === '' ? 'the whole cluster' : namespace;
    const here = expected.filter((object) => object.namespace === namespace);
    if (here.every((object) => !live.has(object.id))) {
      return [makeFailure('presence', place, `none of ${here.length} declared objects exists; was it ever deployed?`)];
    }
    const rows = here.flatMap((object) => checkPresence(object, live.get(object.id)));
    return rows.length > 0 ? rows : makeResults('presence', place, [], `all ${here.length} declared objects exist`);
  });
}

function checkPresence({ id, kind, name, namespace }: Manifest, live: KubernetesObject | undefined): CheckResult[] {
  if (!live) return [makeFailure('presence', id, 'is declared but does not exist; deploy the environment')];
  if (live.metadata.deletionTimestamp === undefined) return [];
  const place = namespace === '' ? '' : ` -n ${namespace}`;
  const describe = `kubectl describe${place} ${kind.toLowerCase()} ${name}`;
  return [makeFailure('presence', id, `is being deleted, and will be gone once nothing uses it; ${describe}`)];
}

/**
 * Checks that images and delivery are those that the environment states. A difference is
 * a warning: it works, but the next delivery by the other way reverts it.
 */
export function checkDelivery(environment: Delivered): Check {
  return ({ expected, declared }) => {
    const stated = expected.map(({ value }) => value as KubernetesObject);
    const remedy = `state the release in the environment ${environment.name}, or deploy the stated one`;
    const details = [
      ...findImageDifferences(stated, declared).map((difference) => `${difference}; ${remedy}`),
      ...findDeliveryProblems(environment, declared),
    ];
    const figures = `every container runs the image that dist/ states, delivered by ${environment.deployment.delivery}`;
    return details.length === 0
      ? makeResults('delivery', environment.name, [], figures)
      : details.map((detail) => makeWarning('delivery', environment.name, detail));
  };
}
