import { findingsAfter, put, remove } from './changes';

describe('autoscaler-targets', () => {
  test('a target that does not exist', () => {
    expect(findingsAfter([put('shop HorizontalPodAutoscaler/web', '/spec/scaleTargetRef/name', 'website')])).toEqual([
      'autoscaler-targets | shop HorizontalPodAutoscaler/web: spec.scaleTargetRef: Deployment website does not exist in shop (there is resolver, echo, web)',
      'disruption-budgets | shop PodDisruptionBudget/web: spec.minAvailable: no eviction is possible at the lowest scale, which is 1',
    ]);
  });

  test('a target in the wrong group', () => {
    expect(findingsAfter([put('shop HorizontalPodAutoscaler/web', '/spec/scaleTargetRef/apiVersion', 'v1')])).toEqual([
      'autoscaler-targets | shop HorizontalPodAutoscaler/web: spec.scaleTargetRef: Deployment web does not exist in shop (there is none)',
      'disruption-budgets | shop PodDisruptionBudget/web: spec.minAvailable: no eviction is possible at the lowest scale, which is 1',
    ]);
  });

  test('a target of a kind that does not exist', () => {
    expect(findingsAfter([put('shop HorizontalPodAutoscaler/web', '/spec/scaleTargetRef/kind', 'Deploymet')])).toEqual([
      'autoscaler-targets | shop HorizontalPodAutoscaler/web: spec.scaleTargetRef.kind: there is no kind "Deploymet" (there is ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet)',
      'disruption-budgets | shop PodDisruptionBudget/web: spec.minAvailable: no eviction is possible at the lowest scale, which is 1',
    ]);
  });

  test('a target that states replicas', () => {
    expect(findingsAfter([put('shop Deployment/web', '/spec/replicas', 2)])).toEqual([
      'autoscaler-targets | shop Deployment/web: spec.replicas: the workload states replicas, but HorizontalPodAutoscaler web scales it',
    ]);
  });
});

describe('disruption-budgets', () => {
  test('a budget that selects no pod', () => {
    expect(
      findingsAfter([
        put('shop PodDisruptionBudget/web', '/spec/selector/matchLabels/app.kubernetes.io~1name', 'website'),
      ]),
    ).toEqual([
      'disruption-budgets | shop PodDisruptionBudget/web: spec.selector: app.kubernetes.io/name=website selects no pod',
    ]);
  });

  test('no eviction at the lowest scale', () => {
    expect(findingsAfter([put('shop PodDisruptionBudget/web', '/spec/minAvailable', 2)])).toEqual([
      'disruption-budgets | shop PodDisruptionBudget/web: spec.minAvailable: no eviction is possible at the lowest scale, which is 2',
    ]);
  });

  test('a percentage that rounds up to every pod', () => {
    expect(findingsAfter([put('shop PodDisruptionBudget/web', '/spec/minAvailable', '51%')])).toEqual([
      'disruption-budgets | shop PodDisruptionBudget/web: spec.minAvailable: no eviction is possible at the lowest scale, which is 2',
    ]);
  });

  test('maxUnavailable 0', () => {
    expect(findingsAfter([put('shop PodDisruptionBudget/database', '/spec/maxUnavailable', 0)])).toEqual([
      'disruption-budgets | shop PodDisruptionBudget/database: spec.maxUnavailable: no eviction is possible at the lowest scale, which is 3',
    ]);
  });

  test('an autoscaler that goes down to one', () => {
    expect(findingsAfter([put('shop HorizontalPodAutoscaler/web', '/spec/minReplicas', undefined)])).toEqual([
      'disruption-budgets | shop PodDisruptionBudget/web: spec.minAvailable: no eviction is possible at the lowest scale, which is 1',
    ]);
  });
});

describe('resource-quotas', () => {
  test('too few pods', () => {
    expect(findingsAfter([put('shop ResourceQuota/compute', '/spec/hard/pods', '12')])).toEqual([
      'resource-quotas | shop ResourceQuota/compute: spec.hard.pods: the quota is 12, but a rollout at full scale needs 15',
    ]);
  });

  test('too little CPU, with what the LimitRange fills in', () => {
    expect(findingsAfter([put('shop ResourceQuota/compute', '/spec/hard/requests.cpu', '4')])).toEqual([
      'resource-quotas | shop ResourceQuota/compute: spec.hard[requests.cpu]: the quota is 4, but a rollout at full scale needs 4.1',
    ]);
  });

  test('too little memory', () => {
    expect(findingsAfter([put('shop ResourceQuota/compute', '/spec/hard/requests.memory', '2Gi')])).toEqual([
      'resource-quotas | shop ResourceQuota/compute: spec.hard[requests.memory]: the quota is 2Gi, but a rollout at full scale needs 4544Mi',
    ]);
  });

  test('pods that state nothing', () => {
    expect(findingsAfter([remove('shop LimitRange/defaults')])).toEqual([
      'resource-quotas | shop ResourceQuota/compute: spec.hard[requests.cpu]: the quota refuses pods that do not state requests.cpu, as Deployment resolver does not',
      'resource-quotas | shop ResourceQuota/compute: spec.hard[requests.memory]: the quota refuses pods that do not state requests.memory, as Deployment resolver does not',
      'resource-quotas | shop ResourceQuota/compute: spec.hard[limits.cpu]: the quota refuses pods that do not state limits.cpu, as Deployment resolver does not',
      'resource-quotas | shop ResourceQuota/compute: spec.hard[limits.memory]: the quota refuses pods that do not state limits.memory, as Deployment resolver does not',
    ]);
  });
});

describe('rollout-quotas', () => {
  test('too few pods while the old ones terminate', () => {
    expect(findingsAfter([put('shop ResourceQuota/compute', '/spec/hard/pods', '17')])).toEqual([
      'rollout-quotas | shop ResourceQuota/compute: spec.hard.pods: the quota is 17, but with the pods that terminate, a rollout at full scale needs 20',
    ]);
  });
});
