import { LabelSelector } from '../../manifests/label-selector';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container, ContainerPort, PodTemplate } from '../../manifests/pod-template';
import { rememberFor } from '../../manifests/remember';
import type { TargetLabels } from './relabeling';

/** Labels that Prometheus discovers for each port of a container, behind each of its Services. */
export const targetLabels = rememberFor((container: Container, set: ManifestSet): readonly TargetLabels[] => {
  const { pod } = container;
  const meta = {
    __meta_kubernetes_namespace: pod.namespace,
    __meta_kubernetes_pod_name: pod.owner.name,
    __meta_kubernetes_pod_phase: 'Running',
    __meta_kubernetes_pod_ready: 'true',
    __meta_kubernetes_pod_container_name: container.name,
    __meta_kubernetes_pod_container_image: container.at.text('image') ?? '',
    __meta_kubernetes_pod_container_init: 'false',
    ...mapped('pod_label', pod.labels),
    ...mapped('pod_annotation', pod.metadata.textMap('annotations')),
  };
  const services = servicesOf(set, pod);
  return container.ports.flatMap((port) => {
    const ofPort = { ...meta, ...portLabels(port) };
    return services.length === 0 ? [ofPort] : services.map((labels) => ({ ...ofPort, ...labels }));
  });
});

function portLabels({ name = '', number, protocol }: ContainerPort): TargetLabels {
  return {
    __address__: `10.0.0.1:${number}`,
    __meta_kubernetes_pod_container_port_name: name,
    __meta_kubernetes_pod_container_port_number: String(number),
    __meta_kubernetes_pod_container_port_protocol: protocol,
    __meta_kubernetes_endpoint_port_name: name,
    __meta_kubernetes_endpointslice_port_name: name,
  };
}

function servicesOf(set: ManifestSet, pod: PodTemplate): TargetLabels[] {
  return set
    .ofType('Service')
    .filter(({ namespace }) => namespace === pod.namespace)
    .filter((service) => {
      const selector = LabelSelector.fromMap(service.textMap('spec', 'selector'));
      return !selector.isEmpty && selector.matches(pod.labels);
    })
    .map((service) => ({
      __meta_kubernetes_service_name: service.name,
      ...mapped('service_label', service.labels),
      ...mapped('service_annotation', service.annotations),
    }));
}

/** Labels or annotations as Prometheus passes them on. */
function mapped(what: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => {
      const name = key.replace(/\W/g, '_');
      return [
        [`__meta_kubernetes_${what}_${name}`, value],
        [`__meta_kubernetes_${what}present_${name}`, 'true'],
      ];
    }),
  );
}
