import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container, PodTemplate } from '../../manifests/pod-template';
import { selectedBy } from '../traffic/services';

const group = 'monitoring.coreos.com';

/** A monitor of the Prometheus Operator, and the containers of the set that it scrapes. */
export interface Monitored {
  readonly monitor: Manifest;
  readonly containers: readonly Container[];
}

/** What the ServiceMonitors and PodMonitors of a set scrape, as far as it is in the set. */
export function monitoredContainers(set: ManifestSet): Monitored[] {
  return set.ofType(`ServiceMonitor.${group}`, `PodMonitor.${group}`).map((monitor) => {
    const selector = LabelSelector.from(monitor.at('spec', 'selector'));
    const { namespaces } = monitoredNamespaces(set, monitor);
    if (monitor.kind === 'ServiceMonitor') {
      const services = namespaces.flatMap((namespace) => set.selectServices(namespace, selector));
      return { monitor, containers: services.flatMap((service) => selectedBy(set, service)).flatMap(containersOf) };
    }
    const ports = monitor.items('spec', 'podMetricsEndpoints').map((endpoint) => endpoint.at('port'));
    const pods = namespaces.flatMap((namespace) => set.select(namespace, selector));
    return { monitor, containers: pods.flatMap(containersOf).filter((container) => hasAny(container, ports)) };
  });
}

function containersOf({ containers }: PodTemplate): readonly Container[] {
  return containers;
}

function hasAny({ ports }: Container, wanted: readonly Cursor[]): boolean {
  return wanted.some((port) => !port.exists || ports.some(({ name }) => name === port.value));
}

/** Namespaces in which a monitor looks; open if there may be others, outside the set. */
export function monitoredNamespaces(
  set: ManifestSet,
  monitor: Manifest,
): { namespaces: readonly string[]; isOpen: boolean } {
  const selector = monitor.at('spec', 'namespaceSelector');
  if (selector.flag('any')) return { namespaces: set.namespaceNames, isOpen: true };
  const named = selector.texts('matchNames');
  const namespaces = named.length > 0 ? named : [monitor.namespace];
  return { namespaces, isOpen: namespaces.some((name) => !set.isComplete(name)) };
}
