import type { EndpointSlice } from '../../cluster/kubernetes-types';
import { LabelSelector } from '../../manifests/label-selector';
import type { Manifest } from '../../manifests/manifest';
import { ManifestSet } from '../../manifests/manifest-set';
import { autoscalers, scaleOf } from '../../manifests/scale';
import { type CheckResult, results } from './check-result';
import { ofKind, type Snapshot } from './snapshot';

/** Whether each declared Service has as many ready pods behind it as its workload has at the least. */
export function endpoints(snapshot: Snapshot): CheckResult[] {
  const slices = ofKind(snapshot, 'EndpointSlice');
  const declared = new ManifestSet(snapshot.expected.map(({ value }) => value));
  return declared.ofType('Service').flatMap((service) => {
    const selector = LabelSelector.fromMap(service.textMap('spec', 'selector'));
    if (selector.isEmpty) return [];
    const [ready, least] = [readyPods(service, slices), leastPods(service, selector, declared)];
    const few = `${ready} ready endpoints, and ${least} is the least; the rows of its pods say why`;
    return results('endpoints', service.id, ready < least ? [few] : [], `${ready} ready endpoints, at least ${least}`);
  });
}

/** Pods that take requests. A Service that publishes unready pods calls all of them ready; `serving` stays true to them. */
function readyPods({ namespace, name }: Manifest, slices: readonly EndpointSlice[]): number {
  const own = slices.filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  const ready = own
    .flatMap((slice) => slice.endpoints ?? [])
    .filter(
      ({ conditions: { ready = true, serving = true, terminating = false } = {} }) => ready && serving && !terminating,
    );
  // With two address families a pod is in two slices.
  return new Set(ready.map(({ targetRef, addresses }) => targetRef?.name ?? addresses[0])).size;
}

/** Least pods of the workloads behind a Service: their autoscalers' minimum, or their fixed number. */
function leastPods({ namespace }: Manifest, selector: LabelSelector, declared: ManifestSet): number {
  const autoscaledBy = autoscalers(declared);
  const behind = declared.select(namespace, selector).map(({ owner }) => scaleOf(owner, autoscaledBy).lowest);
  return Math.max(
    1,
    behind.reduce((sum, least) => sum + least, 0),
  );
}
