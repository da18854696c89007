import type { AlertCase, QuietCase } from '../alert-case';

const ours = 'job="kube-state-metrics", namespace="veza-production"';
const api = `${ours}, deployment="veza-backend-api"`;
const postgres = `${ours}, statefulset="postgres"`;
const autoscaler = `${ours}, horizontalpodautoscaler="veza-backend-api"`;
const waiting = `kube_pod_container_status_waiting_reason{${ours}, pod="api-1", container="backend-api", uid="1", reason="CrashLoopBackOff"}`;
const restarts = (kind: string) =>
  `kube_pod_${kind}_status_restarts_total{${ours}, pod="api-1", container="backend-api", uid="1"}`;
const failedJob = (name: string) => `kube_job_failed{${ours}, job_name="${name}", condition="true"}`;
const createdJob = (name: string) => `kube_job_created{${ours}, job_name="${name}"}`;
const ownedJob = (name: string) =>
  `kube_job_owner{${ours}, job_name="${name}", owner_kind="CronJob", owner_name="postgres-backup", ` +
  'owner_is_controller="true"}';
const succeeded = `kube_cronjob_status_last_successful_time{${ours}, cronjob="postgres-backup"}`;
const progressing = `kube_deployment_status_condition{${api}, condition="Progressing", status="false"}`;
const blind = `kube_horizontalpodautoscaler_status_condition{${autoscaler}, condition="ScalingActive", status="false"}`;
const labels = { severity: 'warning', namespace: 'veza-production' };

/** Of a restore of a backup that there is none of. */
const attended = 'postgres-backup-restore-20261125t021500z-3f9a1c';
const crashes = {
  labels: { ...labels, pod: 'api-1', container: 'backend-api' },
  summary: 'Container backend-api keeps restarting',
  description: 'Container backend-api of pod api-1 in veza-production restarts repeatedly.',
};

export const workloadCases: readonly AlertCase[] = [
  {
    alert: 'PodCrashLooping',
    when: 'a container waits for its next start most of the time',
    series: { [waiting]: '1 1 _ 1 1 1 _ 1 1 1 1 1 1' },
    minute: 10,
    fires: [crashes],
    below: { [waiting]: '1 1 stale' },
  },
  ...['container', 'init_container'].map((kind) => ({
    alert: 'PodCrashLooping',
    when: `a ${kind} is killed every twelve minutes and runs in between`,
    series: { [restarts(kind)]: '0x11 1x11 2x11 3x11 4x11 5x11 6x11' },
    // The third start is at minute 36.
    minute: 46,
    fires: [crashes],
    below: { [restarts(kind)]: '0x11 1x23 2x60' },
  })),
  {
    alert: 'PodCrashLooping',
    when: 'an init container waits for its next start most of the time',
    series: { [waiting.replace('pod_container', 'pod_init_container')]: '1 1 _ 1 1 1 _ 1 1 1 1 1 1' },
    minute: 10,
    fires: [crashes],
    below: { [waiting.replace('pod_container', 'pod_init_container')]: '1 1 stale' },
  },
  {
    alert: 'RolloutStuck',
    when: 'Kubernetes gives up waiting',
    series: { [progressing]: '0x4 1x10' },
    minute: 6,
    fires: [
      {
        labels: { ...labels, deployment: 'veza-backend-api' },
        summary: 'The rollout of veza-backend-api is stuck',
        description:
          'The new pods of veza-backend-api in veza-production do not become ready. The old pods still serve ' +
          'requests.',
      },
    ],
    below: { [progressing]: '0x20' },
  },
  {
    alert: 'ReplicasMissing',
    when: 'a Deployment lacks a pod',
    series: {
      [`kube_deployment_spec_replicas{${api}}`]: '3x30',
      [`kube_deployment_status_replicas_available{${api}}`]: '3x4 2x30',
    },
    minute: 20,
    fires: [
      {
        labels: { ...labels, deployment: 'veza-backend-api' },
        summary: 'veza-backend-api has too few replicas',
        description: 'veza-backend-api in veza-production has been missing 1 of its replicas for 15 minutes.',
      },
    ],
    below: { [`kube_deployment_status_replicas_available{${api}}`]: '3x4 2x14 3x30' },
  },
  {
    alert: 'ReplicasMissing',
    when: 'a StatefulSet lacks its pod',
    series: {
      [`kube_statefulset_replicas{${postgres}}`]: '1x30',
      [`kube_statefulset_status_replicas_ready{${postgres}}`]: '0x30',
    },
    minute: 15,
    fires: [
      {
        labels: { ...labels, statefulset: 'postgres' },
        summary: 'postgres has too few replicas',
        description: 'postgres in veza-production has been missing 1 of its replicas for 15 minutes.',
      },
    ],
    below: { [`kube_statefulset_status_replicas_ready{${postgres}}`]: '1x30' },
  },
  {
    alert: 'JobFailed',
    when: 'a Job has used up its tries',
    series: { [`kube_job_failed{${ours}, job_name="import", condition="true"}`]: '0x4 1x10' },
    minute: 6,
    fires: [
      {
        labels: { ...labels, job_name: 'import' },
        summary: 'Job import failed',
        description: 'Job import in veza-production failed and will not be retried.',
      },
    ],
    below: { [`kube_job_failed{${ours}, job_name="import", condition="true"}`]: '0x20' },
  },
  {
    alert: 'JobFailed',
    when: 'the last Job of a CronJob failed, and the one before did not',
    series: {
      [failedJob('postgres-backup-2')]: '_x4 1x10',
      [createdJob('postgres-backup-2')]: '_x4 200x10',
      [ownedJob('postgres-backup-2')]: '_x4 1x10',
      [succeeded]: '100x20',
    },
    minute: 5,
    fires: [
      {
        labels: { ...labels, job_name: 'postgres-backup-2' },
        summary: 'Job postgres-backup-2 failed',
        description: 'Job postgres-backup-2 in veza-production failed and will not be retried.',
      },
    ],
    below: { [succeeded]: '100x4 300x20' },
  },
  {
    alert: 'AutoscalerAtLimit',
    when: 'as many pods run as may',
    series: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${autoscaler}}`]: '6x20',
      [`kube_horizontalpodautoscaler_spec_max_replicas{${autoscaler}}`]: '6x20',
      [`kube_horizontalpodautoscaler_spec_min_replicas{${autoscaler}}`]: '3x20',
    },
    minute: 15,
    fires: [
      {
        labels: { ...labels, horizontalpodautoscaler: 'veza-backend-api' },
        summary: 'veza-backend-api cannot scale out any further',
        description: 'veza-backend-api has run its maximum of 6 replicas for 15 minutes.',
      },
    ],
    below: { [`kube_horizontalpodautoscaler_status_current_replicas{${autoscaler}}`]: '5x20' },
  },
  {
    alert: 'AutoscalerBlind',
    when: 'the cluster has no metrics server',
    series: { [blind]: '1x20' },
    minute: 10,
    fires: [
      {
        labels: { ...labels, horizontalpodautoscaler: 'veza-backend-api' },
        summary: 'veza-backend-api cannot scale',
        description: 'The autoscaler veza-backend-api gets no metrics of its pods, so it does not change their number.',
      },
    ],
    below: { [blind]: '1x8 0x10' },
  },
];

export const workloadQuiet: readonly QuietCase[] = [
  {
    alert: 'JobFailed',
    when: 'a person created the Job by a command, which reports its end',
    series: { [failedJob(attended)]: '1x20' },
    minutes: [10],
  },
  {
    alert: 'PodCrashLooping',
    when: 'a new pod starts once again',
    series: { [restarts('container')]: '0x3 1x60', [restarts('init_container')]: '0x3 1x60' },
    minutes: [5, 20, 59],
  },
  {
    alert: 'AutoscalerAtLimit',
    when: 'the range of an autoscaler is a single number',
    series: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${autoscaler}}`]: '3x30',
      [`kube_horizontalpodautoscaler_spec_max_replicas{${autoscaler}}`]: '3x30',
      [`kube_horizontalpodautoscaler_spec_min_replicas{${autoscaler}}`]: '3x30',
    },
    minutes: [30],
  },
  {
    alert: 'ReplicasMissing',
    when: 'a namespace of another platform lacks pods',
    series: {
      'kube_deployment_spec_replicas{job="kube-state-metrics", namespace="other", deployment="a"}': '3x30',
      'kube_deployment_status_replicas_available{job="kube-state-metrics", namespace="other", deployment="a"}': '0x30',
    },
    minutes: [30],
  },
];
