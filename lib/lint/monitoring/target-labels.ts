import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container, ContainerPort, PodTemplate } from '../../manifests/pod-template';
import { rememberFor, rememberTexts } from '../../manifests/remember';

/** Labels that Prometheus discovers for each port of a container, behind each of its Services. */
export const makeTargetLabels = rememberFor((container: Container, set: ManifestSet): readonly TargetLabels[] => {
  if (container.ports.length === 0) return [];
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
      const selector = selectorOf(service);
      return !selector.isEmpty && selector.matches(pod.labels);
    })
    .map(labelsOfService);
}

const labelsOfService = rememberFor((service: Manifest) => ({
  __meta_kubernetes_service_name: service.name,
  ...mapped('service_label', service.labels),
  ...mapped('service_annotation', service.annotations),
}));

const selectorOf = rememberFor((service: Manifest) => LabelSelector.fromMap(service.textMap('spec', 'selector')));

/** Labels or annotations as Prometheus passes them on. */
function mapped(what: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  const passedOn: Record<string, string> = {};
  for (const [key, value] of Object.entries(labels)) {
    const name = labelName(key);
    passedOn[`__meta_kubernetes_${what}_${name}`] = value;
    passedOn[`__meta_kubernetes_${what}present_${name}`] = 'true';
  }
  return passedOn;
}

const labelName = rememberTexts((key) => key.replace(/\W/g, '_'));

/** Labels of a target before it is scraped. */
type TargetLabels = Readonly<Record<string, string>>;

/** Applies relabelling steps to a target's labels, as Prometheus does; undefined if they drop the target. */
export function relabel(target: TargetLabels, configs: readonly Cursor[]): TargetLabels | undefined {
  const changed: Record<string, string> = {};
  const read = (name: string) => changed[name] ?? target[name] ?? '';
  for (const step of configs.map(stepOf)) {
    const source = step.sources.map(read).join(step.separator);
    if (step.action === 'replace') {
      const match = step.regex.exec(source);
      if (match) changed[step.target] = replaced(match, step);
    } else if (drops(step, source, read(step.target))) return undefined;
  }
  return { ...target, ...changed };
}

/** A step of relabelling as it is read once for all targets. */
interface RelabelStep {
  readonly action: string;
  readonly sources: readonly string[];
  readonly separator: string;
  readonly regex: RegExp;
  readonly target: string;
  readonly replacement: string;
}

const stepOf = rememberFor(
  (config: Cursor): RelabelStep => ({
    action: config.text('action') ?? 'replace',
    sources: config.texts('source_labels'),
    separator: config.text('separator') ?? ';',
    regex: anchored(config.has('regex') ? String(config.at('regex').value) : '(.*)'),
    target: config.text('target_label') ?? '',
    replacement: config.text('replacement') ?? '$1',
  }),
);

function drops({ action, regex }: RelabelStep, source: string, target: string): boolean {
  switch (action) {
    case 'keep':
      return !regex.test(source);
    case 'drop':
      return regex.test(source);
    case 'keepequal':
      return source !== target;
    case 'dropequal':
      return source === target;
    default:
      // Steps that map, drop or hash labels keep every target.
      return false;
  }
}

/** A regular expression of Prometheus must match the whole of a value. */
const anchored = rememberTexts((text): RegExp => {
  const [, flags = '', pattern = ''] = /^(?:\(\?([is]+)\))?(.*)$/s.exec(text) ?? [];
  try {
    return new RegExp(`^(?:${pattern})$`, [...new Set(`s${flags}`)].join(''));
  } catch {
    // JavaScript cannot read all of Prometheus' syntax: assume a match.
    return /^/;
  }
});

function replaced(match: RegExpExecArray, { replacement }: RelabelStep): string {
  return replacement.replace(/\$(?:(\d+)|\{(\d+)\})/g, (_, plain, braced) => match[Number(plain ?? braced)] ?? '');
}
