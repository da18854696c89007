/** Roles by which Prometheus discovers targets in Kubernetes. */
export type Role = 'endpoints' | 'endpointslice' | 'ingress' | 'node' | 'pod' | 'service';

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
export const discoveredLabels: Readonly<Record<Role, RegExp>> = {
  endpoints: labelsOf('namespace', 'endpoints', 'serviceOfTarget', 'pod', 'node'),
  endpointslice: labelsOf('namespace', 'endpointslice', 'serviceOfTarget', 'pod', 'node'),
  ingress: labelsOf('namespace', 'ingress'),
  node: labelsOf('node'),
  pod: labelsOf('namespace', 'pod', 'node'),
  service: labelsOf('namespace', 'service'),
};

export function roleOf(text: string | undefined): Role | undefined {
  return Object.keys(discoveredLabels).find((role): role is Role => role === text);
}
