import type { EndpointSlice } from '../../cluster/kubernetes-types';
import { LabelSelector } from '../../manifests/label-selector';
import type { Manifest } from '../../manifests/manifest';
import { ManifestSet } from '../../manifests/manifest-set';
import { indexAutoscalers, scaleOf } from '../../manifests/scale';
import { type CheckResult, makeResults } from './check-result';
import { type Snapshot, selectKind } from './snapshot';

/** Checks that each declared Service has as many ready endpoints as its workload has pods at least. */
export function checkEndpoints(snapshot: Snapshot): CheckResult[] {
  const slices = selectKind(snapshot, 'EndpointSlice');
  const declared = new ManifestSet(snapshot.expected.map(({ value }) => value));
  return declared.ofType('Service').flatMap((service) => {
    const selector = LabelSelector.fromMap(service.textMap('spec', 'selector'));
    if (selector.isEmpty) return [];
    const [ready, minimum] = [countReady(service, slices), computeMinimumPods(service, selector, declared)];
    const figures = `${ready} ready endpoints, minimum ${minimum}`;
    const failures = ready < minimum ? [`${figures}; see the rows of its pods`] : [];
    return makeResults('endpoints', service.id, failures, figures);
  });
}

/** Counts the pods that take requests. A Service that publishes unready pods has all of them `ready`, but not `serving`. */
function countReady({ namespace, name }: Manifest, slices: readonly EndpointSlice[]): number {
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

/** Minimum number of pods behind a Service: that of the autoscalers, or the fixed number of replicas. */
function computeMinimumPods({ namespace }: Manifest, selector: LabelSelector, declared: ManifestSet): number {
  const autoscaledBy = indexAutoscalers(declared);
  const minimums = declared.select(namespace, selector).map(({ owner }) => scaleOf(owner, autoscaledBy).lowest);
  return Math.max(
    1,
    minimums.reduce((sum, minimum) => sum + minimum, 0),
  );
}
