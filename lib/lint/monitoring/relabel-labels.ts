import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import { placesAt } from '../../manifests/places';
import type { Rule, Violation } from '../rule';
import { findMonitoringFiles } from './monitoring-files';

export const relabelLabels: Rule = {
  name: 'relabel-labels',
  class: 'broken',
  finds: 'A relabelling step that reads a label of Kubernetes which the discovery of the job does not have.',
  why: 'The label is empty: a step that keeps by it drops every target, another has no effect.',
  fix: 'Use a label of the role, or another role.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus, namespace: monitoring }
data:
  prometheus.yml: |
    scrape_configs:
      - job_name: web
        kubernetes_sd_configs: [{ role: endpoints }]
        relabel_configs:
          - { source_labels: [__meta_kubernetes_service_port_name], regex: metrics, action: keep }
`,
  *check(set) {
    for (const { content } of findMonitoringFiles(set).prometheus) {
      for (const job of [
        ...content.namedItems('scrape_configs', 'job_name'),
        ...placesAt(content, 'alerting.alertmanagers[]'),
      ]) {
        yield* unknownLabels(rolesOf(job), job.items('relabel_configs'), 'source_labels', 'target_label');
      }
    }
    yield* labelsOfMonitors(set);
  },
};

/** Roles by which a job discovers; none if it also discovers in other ways. */
function rolesOf(job: Cursor): readonly Role[] {
  const isOther = job.entries().some(([key]) => /_sd_configs$/.test(key) && key !== 'kubernetes_sd_configs');
  const roles = job.items('kubernetes_sd_configs').map((config) => roleOf(config.text('role')));
  return isOther ? [] : roles.flatMap((role) => role ?? []);
}

/** The operator discovers by endpoints or by endpoint slices, as it is configured. */
function* labelsOfMonitors(set: ManifestSet): Generator<Violation> {
  for (const monitor of set.ofType('ServiceMonitor.monitoring.coreos.com')) {
    for (const endpoint of monitor.items('spec', 'endpoints')) {
      yield* unknownLabels(
        ['endpoints', 'endpointslice'],
        endpoint.items('relabelings'),
        'sourceLabels',
        'targetLabel',
      );
    }
  }
  for (const monitor of set.ofType('PodMonitor.monitoring.coreos.com')) {
    for (const endpoint of monitor.items('spec', 'podMetricsEndpoints')) {
      yield* unknownLabels(['pod'], endpoint.items('relabelings'), 'sourceLabels', 'targetLabel');
    }
  }
}

function* unknownLabels(
  roles: readonly Role[],
  steps: readonly Cursor[],
  sources: string,
  target: string,
): Generator<Violation> {
  if (roles.length === 0) return;
  const made = new Set<string>();
  for (const step of steps) {
    for (const at of step.items(sources)) {
      const label = at.text() ?? '';
      if (!label.startsWith('__meta_kubernetes_') || made.has(label)) continue;
      if (roles.some((role) => discoveredLabels[role].test(label))) continue;
      yield {
        at,
        message: `discovery by ${roles.join(' or ')} has no label ${label}`,
        remedy: 'use a label of this role, or another role',
      };
    }
    made.add(step.text(target) ?? '');
  }
}

/** Roles by which Prometheus discovers targets in Kubernetes. */
type Role = 'endpoints' | 'endpointslice' | 'ingress' | 'node' | 'pod' | 'service';

const mapped = '(label|labelpresent|annotation|annotationpresent)_\\w+';

/** Labels of what a target belongs to, without their prefix `__meta_kubernetes_`, as regular expressions. */
const parts = {
  namespace: `namespace|namespace_${mapped}`,
  node: `node_(name|provider_id|address_\\w+|${mapped})`,
  pod: `pod_(name|ip|ready|phase|node_name|host_ip|uid|controller_(kind|name)|(deployment|cronjob|job)_name|${mapped})|pod_container_(init|name|id|image|port_(name|number|protocol))`,
  /** The Service that targets belong to: its ports are those of the role service alone. */
  serviceOfTarget: `service_(name|${mapped})`,
  service: `service_(name|cluster_ip|loadbalancer_ip|external_name|type|port_(name|number|protocol)|${mapped})`,
  endpoints: `endpoints_(name|${mapped})|endpoint_(hostname|node_name|ready|port_(name|protocol)|address_target_(kind|name))`,
  endpointslice: `endpointslice_(name|address_target_(kind|name)|address_type|port|port_(name|protocol|app_protocol)|endpoint_\\w+|${mapped})`,
  ingress: `ingress_(name|class_name|scheme|host|path|${mapped})`,
} as const;

type Part = keyof typeof parts;

function labelsOf(...names: readonly Part[]): RegExp {
  return new RegExp(`^__meta_kubernetes_(${names.map((name) => parts[name]).join('|')})$`);
}

/**
 * Labels that the discovery of each role has (discovery/kubernetes of Prometheus 3). Nodes and namespaces are those of
 * `attach_metadata`.
 */
const discoveredLabels: Readonly<Record<Role, RegExp>> = {
  endpoints: labelsOf('namespace', 'endpoints', 'serviceOfTarget', 'pod', 'node'),
  endpointslice: labelsOf('namespace', 'endpointslice', 'serviceOfTarget', 'pod', 'node'),
  ingress: labelsOf('namespace', 'ingress'),
  node: labelsOf('node'),
  pod: labelsOf('namespace', 'pod', 'node'),
  service: labelsOf('namespace', 'service'),
};

function roleOf(text: string | undefined): Role | undefined {
  return Object.keys(discoveredLabels).find((role): role is Role => role === text);
}
