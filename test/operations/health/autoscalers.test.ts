import { checkAutoscalers } from '../../../lib/operations/health/autoscalers';
import { ago, object, snapshot } from './cluster';

const able = { type: 'AbleToScale', status: 'True' };
const active = { type: 'ScalingActive', status: 'True' };

/** The condition of an autoscaler that has had no metrics for some minutes. */
const withoutMetrics = (minutes: number) => ({
  type: 'ScalingActive',
  status: 'False',
  reason: 'FailedGetResourceMetric',
  message: 'no metrics',
  lastTransitionTime: ago(minutes),
});

const detail = (currentReplicas: number, conditions: readonly object[], spec: object = {}, metadata: object = {}) => {
  const status = { currentReplicas, conditions };
  const found = object('HorizontalPodAutoscaler', 'api', {
    spec: { minReplicas: 2, maxReplicas: 6, ...spec },
    status,
    metadata,
  });
  return checkAutoscalers(snapshot([found])).map((row) => `${row.state} ${row.object}: ${row.detail}`);
};

test.each<[string, string[]]>([
  ['ok shop HorizontalPodAutoscaler/api: 3 pods, between 2 and 6', detail(3, [able, active])],
  [
    'warning shop HorizontalPodAutoscaler/api: 6 pods, between 2 and 6: at its maximum, it cannot scale up',
    detail(6, [able, active]),
  ],
  ['ok shop HorizontalPodAutoscaler/api: 2 pods, between 2 and 2', detail(2, [able, active], { maxReplicas: 2 })],
  [
    'failed shop HorizontalPodAutoscaler/api: does not scale: FailedGetResourceMetric: no metrics returned',
    detail(6, [
      able,
      { ...active, status: 'False', reason: 'FailedGetResourceMetric', message: 'no metrics\nreturned' },
    ]),
  ],
  [
    'failed shop HorizontalPodAutoscaler/api: does not scale: FailedGetScale: not found',
    detail(3, [{ ...able, status: 'False', reason: 'FailedGetScale', message: 'not found' }, active]),
  ],
  ['failed shop HorizontalPodAutoscaler/api: does not scale: condition ScalingActive is missing:', detail(3, [able])],
  [
    'failed shop HorizontalPodAutoscaler/api: no controller has processed it yet; if that lasts, the controller manager is down',
    detail(3, []),
  ],
  [
    'warning shop HorizontalPodAutoscaler/api: has had no metrics for 4 min, which is normal after a rollout: no metrics',
    detail(2, [able, withoutMetrics(4)]),
  ],
  [
    'failed shop HorizontalPodAutoscaler/api: does not scale: FailedGetResourceMetric: no metrics',
    detail(2, [able, withoutMetrics(5)]),
  ],
  [
    'failed shop HorizontalPodAutoscaler/api: does not scale: ScalingDisabled: scaling is disabled',
    detail(2, [able, { ...withoutMetrics(1), reason: 'ScalingDisabled', message: 'scaling is disabled' }]),
  ],
  [
    'warning shop HorizontalPodAutoscaler/api: no controller has processed it yet; if that lasts, the controller manager is down',
    detail(0, [], {}, { creationTimestamp: ago(1) }),
  ],
])('%s', (row, rows) => {
  expect(rows).toEqual([row]);
});
