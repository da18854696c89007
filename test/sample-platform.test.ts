import { buildEnvironment, lintProblems } from '../lib/synth/render-environment';
import { idOf } from './support/manifests';
import { sample, sampleObjects, sampleTest } from './support/sample-platform';

test('a platform with an internal service, and with one that has no database, is without a finding', () => {
  expect(lintProblems(buildEnvironment(sample, sampleTest))).toStrictEqual([]);
});

test('these are the objects of a small environment', () => {
  expect(sampleObjects.test?.map(idOf)).toMatchInlineSnapshot(`
[
  "Namespace/sample-test",
  "PriorityClass/sample-test-services",
  "PriorityClass/sample-test-stores",
  "ServiceAccount/sample-service-account",
  "Role/prometheus",
  "RoleBinding/prometheus",
  "Role/kube-state-metrics",
  "RoleBinding/kube-state-metrics",
  "ConfigMap/sample-config",
  "PersistentVolumeClaim/postgres-backups",
  "NetworkPolicy/default-deny",
  "NetworkPolicy/sample-orders",
  "NetworkPolicy/postgres",
  "NetworkPolicy/redis",
  "NetworkPolicy/sample-mailer",
  "NetworkPolicy/postgres-backup-store",
  "NetworkPolicy/postgres-backup",
  "NetworkPolicy/acme-http-solver",
  "ResourceQuota/sample-quota",
  "LimitRange/sample-limits",
  "ServiceAccount/postgres",
  "ConfigMap/postgres-config",
  "Service/postgres-service",
  "Service/postgres-headless",
  "StatefulSet/postgres",
  "ServiceAccount/postgres-backup-store",
  "Deployment/postgres-backup-store",
  "ConfigMap/postgres-backup-config",
  "ServiceAccount/postgres-backup",
  "CronJob/postgres-backup",
  "ServiceAccount/redis",
  "ConfigMap/redis-config",
  "Service/redis-service",
  "Service/redis-headless",
  "StatefulSet/redis",
  "Deployment/sample-orders",
  "Service/sample-orders-service",
  "HorizontalPodAutoscaler/sample-orders",
  "PodDisruptionBudget/sample-orders",
  "Ingress/sample-orders-ingress",
  "Deployment/sample-mailer",
  "Service/sample-mailer-service",
  "PodDisruptionBudget/sample-mailer",
]
`);
});

test('these are the objects of its monitoring', () => {
  expect(
    [...(sampleObjects['test-monitoring'] ?? []), ...(sampleObjects['test.dashboards'] ?? [])].map(idOf),
  ).toMatchInlineSnapshot(`
[
  "Namespace/sample-test-monitoring",
  "Role/prometheus",
  "RoleBinding/prometheus",
  "Role/kube-state-metrics",
  "RoleBinding/kube-state-metrics",
  "ClusterRole/sample-test-monitoring-prometheus",
  "ClusterRoleBinding/sample-test-monitoring-prometheus",
  "PriorityClass/sample-test-monitoring-5000",
  "NetworkPolicy/default-deny",
  "NetworkPolicy/prometheus",
  "NetworkPolicy/alertmanager",
  "NetworkPolicy/grafana",
  "NetworkPolicy/kube-state-metrics",
  "NetworkPolicy/blackbox-exporter",
  "ResourceQuota/sample-quota",
  "LimitRange/sample-limits",
  "ConfigMap/prometheus-rules",
  "ServiceAccount/prometheus",
  "ConfigMap/prometheus-config",
  "Service/prometheus",
  "Service/prometheus-headless",
  "StatefulSet/prometheus",
  "ServiceAccount/alertmanager",
  "ConfigMap/alertmanager-config",
  "Service/alertmanager",
  "Service/alertmanager-headless",
  "StatefulSet/alertmanager",
  "ServiceAccount/grafana",
  "ConfigMap/grafana-config",
  "Service/grafana",
  "Service/grafana-headless",
  "StatefulSet/grafana",
  "ServiceAccount/kube-state-metrics",
  "Deployment/kube-state-metrics",
  "ConfigMap/blackbox-exporter-config",
  "Service/blackbox-exporter",
  "ServiceAccount/blackbox-exporter",
  "Deployment/blackbox-exporter",
  "ConfigMap/grafana-dashboard-platform-overview",
  "ConfigMap/grafana-dashboard-service-overview",
  "ConfigMap/grafana-dashboard-postgres-overview",
  "ConfigMap/grafana-dashboard-redis-overview",
  "ConfigMap/grafana-dashboard-nodes-overview",
]
`);
});
