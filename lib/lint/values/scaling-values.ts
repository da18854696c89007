import type { Cursor } from '../../manifests/cursor';
import { findIntendedName } from '../../platform/nearest-name';
import { readQuantity } from '../../platform/settings/quantity';
import type { Violation } from '../rule';
import {
  atLeast,
  between,
  numberOrPercentage,
  oneOf,
  requireAtMostOne,
  requireElements,
  type ValueFamily,
} from './value-family';

export const scalingValues: ValueFamily = {
  name: 'scaling-values',
  finds:
    'A value of an autoscaler, disruption budget, quota, LimitRange or PriorityClass that is refused: a minimum over the maximum, a metric whose type and fields do not fit, both minAvailable and maxUnavailable.',
  why: 'The API server refuses the object.',
  example: `
apiVersion: v1
kind: LimitRange
metadata: { name: limits, namespace: shop }
spec: { limits: [{ type: Container, min: { cpu: "2" }, max: { cpu: "1" } }] }
`,
  limits: {
    'autoscaling.v1.HorizontalPodAutoscalerSpec': {
      minReplicas: atLeast(0),
      maxReplicas: atLeast(1),
      targetCPUUtilizationPercentage: atLeast(1),
    },
    'autoscaling.v2.HorizontalPodAutoscalerSpec': { minReplicas: atLeast(0), maxReplicas: atLeast(1) },
    'autoscaling.v2.MetricSpec': { type: oneOf('Resource', 'ContainerResource', 'Pods', 'Object', 'External') },
    'autoscaling.v2.MetricTarget': {
      type: oneOf('Utilization', 'Value', 'AverageValue'),
      averageUtilization: atLeast(1),
    },
    'autoscaling.v2.HPAScalingRules': {
      stabilizationWindowSeconds: between(0, 3600),
      selectPolicy: oneOf('Max', 'Min', 'Disabled'),
    },
    'autoscaling.v2.HPAScalingPolicy': {
      type: oneOf('Pods', 'Percent'),
      value: atLeast(1),
      periodSeconds: between(1, 1800),
    },
    'policy.v1.PodDisruptionBudgetSpec': {
      minAvailable: numberOrPercentage,
      maxUnavailable: numberOrPercentage,
      unhealthyPodEvictionPolicy: oneOf('IfHealthyBudget', 'AlwaysAllow'),
    },
    'core.v1.LimitRangeItem': { type: limitedType },
    'scheduling.v1.PriorityClass': { preemptionPolicy: oneOf('PreemptLowerPriority', 'Never') },
  },
  relations: {
    'autoscaling.v1.HorizontalPodAutoscalerSpec': replicas,
    'autoscaling.v2.HorizontalPodAutoscalerSpec': replicas,
    'autoscaling.v2.MetricSpec': metric,
    'autoscaling.v2.MetricTarget': metricTarget,
    'autoscaling.v2.HPAScalingRules': (at) => requireElements(at.at('policies')),
    'policy.v1.PodDisruptionBudgetSpec': (at) => requireAtMostOne(at, ['minAvailable', 'maxUnavailable']),
    'core.v1.LimitRangeItem': limitRange,
    'core.v1.ResourceQuotaSpec': quota,
    'scheduling.v1.PriorityClass': priority,
  },
};

/** Other types have a domain: `openshift.io/Image`. */
function limitedType(value: unknown): ReturnType<ReturnType<typeof oneOf>> {
  if (typeof value === 'string' && value.includes('/')) return undefined;
  return oneOf('Container', 'Pod', 'PersistentVolumeClaim')(value);
}

/** Without pods there is no use of resources that could ask for the first one. */
const metricsOfOthers = new Set(['Object', 'External']);

function* replicas(at: Cursor): Generator<Violation> {
  const [least, most] = [at.number('minReplicas') ?? 1, at.number('maxReplicas')];
  if (least === 0 && !at.items('metrics').some((metric) => metricsOfOthers.has(metric.text('type') ?? ''))) {
    yield {
      at: at.at('minReplicas'),
      message: 'minReplicas is 0 without a metric of type Object or External',
      remedy: 'state 1, or such a metric',
    };
  }
  if (most === undefined || least <= most) return;
  yield {
    at: at.at('minReplicas'),
    message: `minReplicas is ${least}, above maxReplicas, which is ${most}`,
    remedy: 'lower the one, or raise the other',
  };
}

/** The field of each type of metric. */
const metricFields: Readonly<Record<string, string | undefined>> = {
  Resource: 'resource',
  ContainerResource: 'containerResource',
  Pods: 'pods',
  Object: 'object',
  External: 'external',
};

function* metric(at: Cursor): Generator<Violation> {
  const type = at.text('type') ?? '';
  const wanted = metricFields[type];
  if (wanted === undefined) return;
  for (const field of Object.values(metricFields)) {
    if (field === undefined || at.has(field) === (field === wanted)) continue;
    const remedy = field === wanted ? `state ${field}` : `remove ${field}, or correct the type`;
    const message =
      field === wanted ? `a metric of type ${type} needs ${field}` : `a metric of type ${type} has no ${field}`;
    yield { at: at.at(field), message, remedy };
  }
}

/** The field of each type of target. */
const targetFields: Readonly<Record<string, string | undefined>> = {
  Utilization: 'averageUtilization',
  Value: 'value',
  AverageValue: 'averageValue',
};

function* metricTarget(at: Cursor): Generator<Violation> {
  const type = at.text('type') ?? '';
  const field = targetFields[type];
  if (field === undefined || at.has(field)) return;
  yield { at: at.at(field), message: `a target of type ${type} needs ${field}`, remedy: `state ${field}` };
}

/** Pairs of which the first cannot be above the second. */
const ascending: readonly (readonly [string, string])[] = [
  ['min', 'max'],
  ['min', 'default'],
  ['min', 'defaultRequest'],
  ['default', 'max'],
  ['defaultRequest', 'max'],
  ['defaultRequest', 'default'],
];

function* limitRange(at: Cursor): Generator<Violation> {
  for (const [lower, upper] of ascending) {
    for (const [resource, amount] of at.at(lower).entries()) {
      const other = at.at(upper, resource).value;
      const [least, most] = [readQuantity(amount.value), readQuantity(other)];
      if (least === undefined || most === undefined || least <= most) continue;
      yield {
        at: amount,
        message: `${amount.value} is above ${upper}, which is ${other}`,
        remedy: 'correct one of the two',
      };
    }
  }
}

/** Resources that a quota knows without a domain, and scopes of quotas. */
const counted =
  'pods services replicationcontrollers resourcequotas secrets configmaps persistentvolumeclaims services.nodeports services.loadbalancers requests.storage';
const countedResources = new Set([
  ...counted.split(' '),
  ...['', 'requests.', 'limits.'].flatMap((kind) => ['cpu', 'memory', 'ephemeral-storage'].map((each) => kind + each)),
]);
const scope = oneOf(
  ...['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass'],
  ...['CrossNamespacePodAffinity', 'VolumeAttributesClass'],
);

function* quota(at: Cursor): Generator<Violation> {
  for (const [resource, limit] of at.at('hard').entries()) {
    if (resource.includes('/') || /^(requests\.)?hugepages-/.test(resource) || countedResources.has(resource)) continue;
    const meant = findIntendedName(resource, countedResources);
    const remedy = meant === undefined ? 'state one that it counts' : `correct it to ${meant}`;
    yield { at: limit, message: `a quota has no resource ${resource}`, remedy };
  }
  for (const each of at.items('scopes')) {
    const refusal = scope(each.value);
    if (refusal !== undefined) yield { at: each, ...refusal };
  }
}

function* priority(at: Cursor): Generator<Violation> {
  const value = at.number('value') ?? 0;
  if (value <= 1_000_000_000 || (at.text('metadata', 'name') ?? '').startsWith('system-')) return;
  yield { at: at.at('value'), message: `${value} is for Kubernetes itself`, remedy: 'state at most 1000000000' };
}
