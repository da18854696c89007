import type { Cursor } from '../../manifests/cursor';
import { typeOf } from '../../manifests/kinds';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import { autoscalersOf, readScaleTarget } from '../../manifests/scale';
import type { Rule, Violation } from '../rule';
import { exampleWorkload } from '../rule';
import { computeContainerResource, readContainerDefaults } from './limit-ranges';

export const autoscalerRequests: Rule = {
  name: 'autoscaler-requests',
  class: 'broken',
  isAboutMissing: true,
  finds: 'An autoscaler by utilization of a resource that a container of its pods does not request.',
  why: 'Utilization is a share of the request: the metric stays unknown, and nothing is ever scaled.',
  fix: 'Request the resource in every container, or scale by an average value.',
  example: `${exampleWorkload}
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: example.org/web:1 }] }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  maxReplicas: 4
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
`,
  *check(set) {
    const pods = new Map(set.pods.map((pod) => [pod.owner, pod]));
    for (const autoscaler of autoscalersOf(set)) {
      const target = readScaleTarget(autoscaler);
      const workload = set.find(typeOf(target), autoscaler.namespace, target.name);
      const pod = workload && pods.get(workload);
      if (pod !== undefined) yield* unrequested(set, autoscaler, pod);
    }
  },
};

/** A metric that is a share of what containers request. */
interface Utilization {
  readonly at: Cursor;
  readonly resource: string;
  /** The one container that counts. @default - all of them */
  readonly container?: string;
}

function* unrequested(set: ManifestSet, autoscaler: Manifest, pod: PodTemplate): Generator<Violation> {
  const defaults = readContainerDefaults(set, pod.namespace);
  for (const { at, resource, container } of utilizations(autoscaler)) {
    // Other resources are for nodes to know.
    if (resource !== 'cpu' && resource !== 'memory') continue;
    const lacking = pod.containers.filter(
      (each) =>
        (container === undefined || each.name === container) &&
        computeContainerResource(each, `requests.${resource}`, defaults) === undefined,
    );
    if (lacking.length === 0) continue;
    const names = lacking.map(({ name }) => name).join(', ');
    yield {
      at,
      message: `the utilization of ${resource} is a share of the request, and ${pod.owner.kind} ${pod.owner.name} requests none in ${names}`,
      remedy: `state resources.requests.${resource} in every container`,
    };
  }
}

function utilizations(autoscaler: Manifest): Utilization[] {
  return autoscaler.group === 'keda.sh' ? triggersOf(autoscaler) : metricsOf(autoscaler);
}

/** The metrics that are stated: where none is, the API server fills in 80 % of the CPU, which need not be meant. */
function metricsOf(autoscaler: Manifest): Utilization[] {
  const spec = autoscaler.at('spec');
  // autoscaling/v1 knows this one metric.
  const ofFirstVersion = spec.at('targetCPUUtilizationPercentage');
  if (ofFirstVersion.exists) return [{ at: ofFirstVersion, resource: 'cpu' }];
  return spec.items('metrics').flatMap((metric): Utilization[] => {
    const isOfContainer = metric.text('type') === 'ContainerResource';
    const at = metric.at(isOfContainer ? 'containerResource' : 'resource');
    // autoscaling/v2beta1 has the target beside the name.
    const isShare = at.text('target', 'type') === 'Utilization' || at.has('targetAverageUtilization');
    const container = isOfContainer ? at.text('container') : undefined;
    return isShare ? [{ at, resource: at.text('name') ?? '', ...(container === undefined ? {} : { container }) }] : [];
  });
}

function triggersOf(autoscaler: Manifest): Utilization[] {
  return autoscaler
    .items('spec', 'triggers')
    .filter((trigger) => ['cpu', 'memory'].includes(trigger.text('type') ?? ''))
    .filter(
      (trigger) => (trigger.text('metricType') ?? trigger.text('metadata', 'type') ?? 'Utilization') === 'Utilization',
    )
    .map((trigger) => {
      const container = trigger.text('metadata', 'containerName');
      return { at: trigger, resource: trigger.text('type') ?? '', ...(container === undefined ? {} : { container }) };
    });
}
