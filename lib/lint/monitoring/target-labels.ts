import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container, ContainerPort, PodTemplate } from '../../manifests/pod-template';
import { rememberFor, rememberTexts } from '../../manifests/remember';

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

/** Labels of a target before it is scraped. */
type TargetLabels = Readonly<Record<string, string>>;

/** Applies relabelling steps to a target's labels, as Prometheus does; undefined if they drop the target. */
export function relabel(target: TargetLabels, configs: readonly Cursor[]): TargetLabels | undefined {
  let labels: TargetLabels | undefined = target;
  for (const config of configs) labels = labels && applyStep(labels, config);
  return labels;
}

function applyStep(labels: TargetLabels, config: Cursor): TargetLabels | undefined {
  const source = config
    .texts('source_labels')
    .map((name) => labels[name] ?? '')
    .join(config.text('separator') ?? ';');
  const { value = '(.*)' } = config.at('regex');
  const match = anchored(String(value)).exec(source);
  switch (config.text('action') ?? 'replace') {
    case 'keep':
      return match ? labels : undefined;
    case 'drop':
      return match ? undefined : labels;
    case 'keepequal':
      return source === labels[config.text('target_label') ?? ''] ? labels : undefined;
    case 'dropequal':
      return source === labels[config.text('target_label') ?? ''] ? undefined : labels;
    case 'replace':
      return match ? { ...labels, [config.text('target_label') ?? '']: replacement(match, config) } : labels;
    default:
      // Steps that map, drop or hash labels keep every target.
      return labels;
  }
}

/** A regular expression of Prometheus must match the whole of a value. Each step meets the labels of every target. */
const anchored = rememberTexts((text): RegExp => {
  const [, flags = '', pattern = ''] = /^(?:\(\?([is]+)\))?(.*)$/s.exec(text) ?? [];
  try {
    return new RegExp(`^(?:${pattern})$`, [...new Set(`s${flags}`)].join(''));
  } catch {
    // JavaScript cannot read all of Prometheus' syntax: assume a match.
    return /^/;
  }
});

function replacement(match: RegExpExecArray, config: Cursor): string {
  const template = config.text('replacement') ?? '$1';
  return template.replace(/\$(?:(\d+)|\{(\d+)\})/g, (_, plain, braced) => match[Number(plain ?? braced)] ?? '');
}
