import type { Cursor } from '../../manifests/cursor';
import { findRepeated } from '../common-findings';
import { labelValue } from '../identity/labels';
import { examplePod, type Violation } from '../rule';
import { atLeast, between, form, oneOf, requireElements, type ValueFamily } from './value-family';

const weight = between(1, 100);
const key = form(/^[^/\s]*(\/[^/\s]+)?$/, 317, 'the key of a label');

export const schedulingValues: ValueFamily = {
  name: 'scheduling-values',
  finds:
    'A selector, affinity, toleration or spread constraint that is refused: an unknown operator, values where there may be none, a missing topology key, a weight out of range.',
  why: 'The API server refuses the object.',
  example: `${examplePod}
  tolerations: [{ key: spot, operator: Exists, value: "true" }]
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms: [{ matchExpressions: [{ key: zone, operator: Equals, values: [a] }] }]
  containers: [{ name: web, image: example.org/web:1 }]
`,
  limits: {
    'meta.v1.LabelSelectorRequirement': { key, operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist') },
    'core.v1.NodeSelectorRequirement': {
      key,
      operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'),
    },
    'core.v1.Toleration': {
      operator: oneOf('Exists', 'Equal', 'Lt', 'Gt'),
      effect: oneOf('', 'NoSchedule', 'PreferNoSchedule', 'NoExecute'),
    },
    'core.v1.PreferredSchedulingTerm': { weight },
    'core.v1.WeightedPodAffinityTerm': { weight },
    'core.v1.PodAffinityTerm': { topologyKey: form(/./, 317, 'the key of a label of nodes') },
    'core.v1.TopologySpreadConstraint': {
      maxSkew: atLeast(1),
      minDomains: atLeast(1),
      topologyKey: form(/./, 317, 'the key of a label of nodes'),
      whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway'),
      nodeAffinityPolicy: oneOf('Honor', 'Ignore'),
      nodeTaintsPolicy: oneOf('Honor', 'Ignore'),
    },
  },
  relations: {
    'meta.v1.LabelSelector': (at) => labelValues(at.at('matchLabels')),
    'core.v1.ServiceSpec': (at) => labelValues(at.at('selector')),
    'meta.v1.LabelSelectorRequirement': requirement,
    'core.v1.NodeSelectorRequirement': requirement,
    'core.v1.NodeSelector': (at) => requireElements(at.at('nodeSelectorTerms')),
    'core.v1.Toleration': toleration,
    'core.v1.TopologySpreadConstraint': spreadConstraint,
    'core.v1.PodSpec': pod,
  },
};

function* requirement(at: Cursor): Generator<Violation> {
  const operator = at.text('operator') ?? '';
  const count = at.items('values').length;
  const values = at.at('values');
  if (/^(Not)?In$/.test(operator) && count === 0) {
    yield { at: values, message: `${operator} needs values`, remedy: 'state at least one value' };
  } else if (/Exist/.test(operator) && count > 0) {
    yield { at: values, message: `${operator} takes no values`, remedy: 'remove them, or use In or NotIn' };
  } else if (/^(Gt|Lt)$/.test(operator) && (count !== 1 || !/^-?\d+$/.test(at.texts('values')[0] ?? ''))) {
    yield { at: values, message: `${operator} takes one integer, in quotes`, remedy: 'state one integer' };
  }
}

function* toleration(at: Cursor): Generator<Violation> {
  const operator = at.text('operator') ?? 'Equal';
  if (operator === 'Exists' && at.text('value')) {
    yield { at: at.at('value'), message: 'Exists takes no value', remedy: 'remove it, or use Equal' };
  }
  if (operator !== 'Exists' && !at.text('key')) {
    yield { at: at.at('operator'), message: 'without a key, only Exists is possible', remedy: 'state key, or Exists' };
  }
  if (at.has('tolerationSeconds') && at.text('effect') !== 'NoExecute') {
    yield {
      at: at.at('tolerationSeconds'),
      message: 'only a taint that evicts has a time to tolerate',
      remedy: 'state effect: NoExecute, or remove it',
    };
  }
}

function* spreadConstraint(at: Cursor): Generator<Violation> {
  if (!at.has('minDomains') || at.text('whenUnsatisfiable') !== 'ScheduleAnyway') return;
  yield {
    at: at.at('minDomains'),
    message: 'ScheduleAnyway knows no minimum',
    remedy: 'remove it, or use DoNotSchedule',
  };
}

function* labelValues(labels: Cursor): Generator<Violation> {
  for (const [, at] of labels.entries()) {
    if (typeof at.value !== 'string' || labelValue.test(at.value)) continue;
    yield { at, message: `"${at.value}" is not a valid value of a label`, remedy: 'use the value of a label' };
  }
}

function* pod(pod: Cursor): Generator<Violation> {
  yield* labelValues(pod.at('nodeSelector'));
  const idOf = (at: Cursor) => `${at.text('topologyKey')} with ${at.text('whenUnsatisfiable')}`;
  const constraints = pod.items('topologySpreadConstraints');
  yield* findRepeated(constraints, idOf, (id) => `there is another constraint for ${id}`, 'merge the two');
}
