import type { AlertCase, QuietCase } from '../alert-case';

const ours = 'job="kube-state-metrics", namespace="veza-production"';
const api = `${ours}, deployment="veza-backend-api"`;
const postgres = `${ours}, statefulset="postgres"`;
const autoscaler = `${ours}, horizontalpodautoscaler="veza-backend-api"`;
const waiting = `kube_pod_container_status_waiting_reason{${ours}, pod="api-1", container="backend-api", uid="1", reason="CrashLoopBackOff"}`;
const progressing = `kube_deployment_status_condition{${api}, condition="Progressing", status="false"}`;
const blind = `kube_horizontalpodautoscaler_status_condition{${autoscaler}, condition="ScalingActive", status="false"}`;
const labels = { severity: 'warning', namespace: 'veza-production' };

export const workloadCases: readonly AlertCase[] = [
  {
    alert: 'PodCrashLooping',
    when: 'a container waits for its next start most of the time',
    series: { [waiting]: '1 1 _ 1 1 1 _ 1 1 1 1 1 1' },
    minute: 10,
    fires: [
      {
        labels: { ...labels, pod: 'api-1', container: 'backend-api' },
        summary: 'Container backend-api crashes again and again',
        description: 'Container backend-api of pod api-1 in veza-production does not stay up.',
      },
    ],
    below: { [waiting]: '1 1 stale' },
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
        description: 'The new pods of veza-backend-api in veza-production do not become ready; the old ones serve on.',
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
        summary: 'veza-backend-api lacks replicas',
        description:
          'veza-backend-api in veza-production has been 1 short of the replicas that it should have for 15 minutes.',
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
        summary: 'postgres lacks replicas',
        description: 'postgres in veza-production has been 1 short of the replicas that it should have for 15 minutes.',
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
        description: 'Job import in veza-production failed and is not tried again.',
      },
    ],
    below: { [`kube_job_failed{${ours}, job_name="import", condition="true"}`]: '0x20' },
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
        summary: 'veza-backend-api cannot grow any more',
        description: 'veza-backend-api has run with 6 replicas, its maximum, for 15 minutes.',
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
        summary: 'veza-backend-api does not scale',
        description: 'The autoscaler of veza-backend-api gets no figures of its pods: it neither grows nor shrinks.',
      },
    ],
    below: { [blind]: '1x8 0x10' },
  },
];

export const workloadQuiet: readonly QuietCase[] = [
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
    when: 'a namespace that is not ours lacks pods',
    series: {
      'kube_deployment_spec_replicas{job="kube-state-metrics", namespace="other", deployment="a"}': '3x30',
      'kube_deployment_status_replicas_available{job="kube-state-metrics", namespace="other", deployment="a"}': '0x30',
    },
    minutes: [30],
  },
];
