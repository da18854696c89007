import { backupWorkloads } from '../../../platform/backup-names';
import { scrapeJobs } from '../scrape-endpoints';
import { is, type Matchers, noMatch, oneOf, select } from './promql';
import { type Alert, type RuleContext, warn } from './rule';

/** Alerts on the state of workloads in Kubernetes. */
export function makeWorkloadAlerts(input: RuleContext): Alert[] {
  const workloads = {
    job: is(scrapeJobs.kubeStateMetrics),
    namespace: oneOf([...new Set(listNamespaces(input))]),
  };
  const progressing = { ...workloads, condition: is('Progressing'), status: is('false') };
  const replicas = (name: string) =>
    `max by (namespace, horizontalpodautoscaler) (${select(`kube_horizontalpodautoscaler_${name}`, workloads)})`;
  const scaling = { ...workloads, condition: is('ScalingActive'), status: is('false') };
  return [
    alertPodCrashLooping(workloads),
    // Kubernetes has already waited for the Deployment's progressDeadlineSeconds.
    warn('RolloutStuck', '1m', {
      expr: `max by (namespace, deployment) (${select('kube_deployment_status_condition', progressing)}) == 1`,
      summary: 'The rollout of {{ $labels.deployment }} is stuck',
      description:
        'The new pods of {{ $labels.deployment }} in {{ $labels.namespace }} do not become ready. The old pods ' +
        'still serve requests.',
    }),
    alertReplicasMissing(workloads),
    alertJobFailed(input, workloads),
    // Without autoscalers whose minimum is their maximum, which are always at their limit.
    warn('AutoscalerAtLimit', '15m', {
      expr: `${replicas('status_current_replicas')}
>= ${replicas('spec_max_replicas')}
and
${replicas('spec_max_replicas')}
> ${replicas('spec_min_replicas')}`,
      summary: '{{ $labels.horizontalpodautoscaler }} cannot scale out any further',
      description:
        '{{ $labels.horizontalpodautoscaler }} has run its maximum of {{ $value | humanize }} replicas for 15 minutes.',
    }),
    warn('AutoscalerBlind', '10m', {
      expr:
        'max by (namespace, horizontalpodautoscaler) ' +
        `(${select('kube_horizontalpodautoscaler_status_condition', scaling)}) == 1`,
      summary: '{{ $labels.horizontalpodautoscaler }} cannot scale',
      description:
        'The autoscaler {{ $labels.horizontalpodautoscaler }} gets no metrics of its pods, so it does not change ' +
        'their number.',
    }),
  ];
}

/** Proxies of a Gateway may run beside its certificates. */
function listNamespaces(input: RuleContext): string[] {
  return [
    input.namespace,
    input.monitoringNamespace,
    ...input.certificateNamespaces,
    ...(input.logs === 'collected' ? [input.logsNamespace] : []),
  ];
}

/**
 * Between two crashes the container runs for a moment, which is not a recovery.
 * A container that runs for longer than 10 minutes is restarted without waiting, so restarts are counted too. The same
 * holds for init containers.
 */
function alertPodCrashLooping(workloads: Matchers): Alert {
  const perContainer = (series: string) => `max by (namespace, pod, container) (${series})`;
  const loops = ['container', 'init_container'].flatMap((kind) => {
    const waiting = { ...workloads, reason: is('CrashLoopBackOff') };
    const waits = `max_over_time(${select(`kube_pod_${kind}_status_waiting_reason`, waiting)}[5m])`;
    const starts = `increase(${select(`kube_pod_${kind}_status_restarts_total`, workloads)}[1h])`;
    return [`${perContainer(waits)} == 1`, `${perContainer(starts)} > 2.5`];
  });
  return warn('PodCrashLooping', '10m', {
    expr: loops.join('\nor\n'),
    summary: 'Container {{ $labels.container }} keeps restarting',
    description:
      'Container {{ $labels.container }} of pod {{ $labels.pod }} in {{ $labels.namespace }} restarts repeatedly.',
  });
}

function alertReplicasMissing(workloads: Matchers): Alert {
  const count = (by: string, metric: string) => `sum by (namespace, ${by}) (${select(metric, workloads)})`;
  const deployments = [
    count('deployment', 'kube_deployment_spec_replicas'),
    count('deployment', 'kube_deployment_status_replicas_available'),
  ];
  const statefulSets = [
    count('statefulset', 'kube_statefulset_replicas'),
    count('statefulset', 'kube_statefulset_status_replicas_ready'),
  ];
  return warn('ReplicasMissing', '15m', {
    expr: `${deployments.join('\n- ')}
> 0
or
${statefulSets.join('\n- ')}
> 0`,
    summary: '{{ $labels.deployment }}{{ $labels.statefulset }} has too few replicas',
    description:
      '{{ $labels.deployment }}{{ $labels.statefulset }} in {{ $labels.namespace }} has been missing ' +
      '{{ $value | humanize }} of its replicas for 15 minutes.',
  });
}

/**
 * Ends when the next Job of the same CronJob succeeds.
 * Jobs that a command creates are excluded, because the command reports their result. Their names contain the time of
 * creation, where Jobs of a CronJob have a number.
 */
function alertJobFailed(input: RuleContext, workloads: Matchers): Alert {
  const attended = noMatch(`${backupWorkloads.backup}-[a-z]+-[0-9]+t[0-9]+z-.+`);
  const unattended: Matchers = input.database.backup === 'none' ? {} : { job_name: attended };
  const failed = select('kube_job_failed', { ...workloads, condition: is('true'), ...unattended });
  const created = `max by (namespace, job_name) (${select('kube_job_created', workloads)})`;
  const owner = select('kube_job_owner', { ...workloads, owner_kind: is('CronJob') });
  const succeeded = select('kube_cronjob_status_last_successful_time', workloads);
  return warn('JobFailed', '1m', {
    expr: `max by (namespace, job_name) (${failed}) == 1
unless on (namespace, job_name)
(
  ${created}
  * on (namespace, job_name) group_right max by (namespace, job_name, owner_name) (${owner})
  < on (namespace, owner_name) group_left
  max by (namespace, owner_name) (label_replace(${succeeded}, "owner_name", "$1", "cronjob", "(.+)"))
)`,
    summary: 'Job {{ $labels.job_name }} failed',
    description: 'Job {{ $labels.job_name }} in {{ $labels.namespace }} failed and will not be retried.',
  });
}
