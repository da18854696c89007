import { jobs } from '../jobs';
import { alertingRule } from './alert';
import type { AlertingRule, RuleGroup } from './rule-group';
import type { RuleInput } from './rule-input';
import { is, type Matchers, oneOf, select } from './selector';

/** Alerts on what Kubernetes makes of our workloads. */
export function workloadsGroup(input: RuleInput): RuleGroup {
  const ours = {
    job: is(jobs.kubeStateMetrics),
    namespace: oneOf([input.namespace, input.monitoringNamespace]),
  };
  return {
    name: 'workloads',
    rules: [
      podCrashLooping(input, ours),
      rolloutStuck(input, ours),
      replicasMissing(input, ours),
      jobFailed(input, ours),
      autoscalerAtLimit(input, ours),
      autoscalerBlind(input, ours),
    ],
  };
}

/** Between two starts the container runs for a moment, which is no recovery. */
function podCrashLooping(input: RuleInput, ours: Matchers): AlertingRule {
  const waiting = select('kube_pod_container_status_waiting_reason', { ...ours, reason: is('CrashLoopBackOff') });
  return alertingRule(input, {
    name: 'PodCrashLooping',
    severity: 'warning',
    for: '10m',
    expr: `max by (namespace, pod, container) (max_over_time(${waiting}[5m])) == 1`,
    summary: 'Container {{ $labels.container }} crashes again and again',
    description:
      'Container {{ $labels.container }} of pod {{ $labels.pod }} in {{ $labels.namespace }} does not stay up.',
  });
}

/** Kubernetes itself has waited for the Deployment's progressDeadlineSeconds by then. */
function rolloutStuck(input: RuleInput, ours: Matchers): AlertingRule {
  const progressing = { ...ours, condition: is('Progressing'), status: is('false') };
  return alertingRule(input, {
    name: 'RolloutStuck',
    severity: 'warning',
    for: '1m',
    expr: `max by (namespace, deployment) (${select('kube_deployment_status_condition', progressing)}) == 1`,
    summary: 'The rollout of {{ $labels.deployment }} is stuck',
    description:
      'The new pods of {{ $labels.deployment }} in {{ $labels.namespace }} do not become ready; the old ones serve on.',
  });
}

function replicasMissing(input: RuleInput, ours: Matchers): AlertingRule {
  const count = (by: string, metric: string) => `sum by (namespace, ${by}) (${select(metric, ours)})`;
  const deployments = [
    count('deployment', 'kube_deployment_spec_replicas'),
    count('deployment', 'kube_deployment_status_replicas_available'),
  ];
  const statefulSets = [
    count('statefulset', 'kube_statefulset_replicas'),
    count('statefulset', 'kube_statefulset_status_replicas_ready'),
  ];
  return alertingRule(input, {
    name: 'ReplicasMissing',
    severity: 'warning',
    for: '15m',
    expr: `${deployments.join('\n- ')}
> 0
or
${statefulSets.join('\n- ')}
> 0`,
    summary: '{{ $labels.deployment }}{{ $labels.statefulset }} lacks replicas',
    description:
      '{{ $labels.deployment }}{{ $labels.statefulset }} in {{ $labels.namespace }} has been ' +
      '{{ $value | humanize }} short of the replicas that it should have for 15 minutes.',
  });
}

function jobFailed(input: RuleInput, ours: Matchers): AlertingRule {
  const failed = select('kube_job_failed', { ...ours, condition: is('true') });
  return alertingRule(input, {
    name: 'JobFailed',
    severity: 'warning',
    for: '1m',
    expr: `max by (namespace, job_name) (${failed}) == 1`,
    summary: 'Job {{ $labels.job_name }} failed',
    description: 'Job {{ $labels.job_name }} in {{ $labels.namespace }} failed and is not tried again.',
  });
}

/** An autoscaler whose range is a single number is always at its limit. */
function autoscalerAtLimit(input: RuleInput, ours: Matchers): AlertingRule {
  const replicas = (name: string) =>
    `max by (namespace, horizontalpodautoscaler) (${select(`kube_horizontalpodautoscaler_${name}`, ours)})`;
  return alertingRule(input, {
    name: 'AutoscalerAtLimit',
    severity: 'warning',
    for: '15m',
    expr: `${replicas('status_current_replicas')}
>= ${replicas('spec_max_replicas')}
and
${replicas('spec_max_replicas')}
> ${replicas('spec_min_replicas')}`,
    summary: '{{ $labels.horizontalpodautoscaler }} cannot grow any more',
    description:
      '{{ $labels.horizontalpodautoscaler }} has run with {{ $value | humanize }} replicas, its maximum, for 15 minutes.',
  });
}

function autoscalerBlind(input: RuleInput, ours: Matchers): AlertingRule {
  const scaling = { ...ours, condition: is('ScalingActive'), status: is('false') };
  return alertingRule(input, {
    name: 'AutoscalerBlind',
    severity: 'warning',
    for: '10m',
    expr: `max by (namespace, horizontalpodautoscaler) (${select('kube_horizontalpodautoscaler_status_condition', scaling)}) == 1`,
    summary: '{{ $labels.horizontalpodautoscaler }} does not scale',
    description:
      'The autoscaler of {{ $labels.horizontalpodautoscaler }} gets no figures of its pods: it neither grows nor shrinks.',
  });
}
