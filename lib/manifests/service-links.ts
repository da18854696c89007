import type { ManifestSet } from './manifest-set';
import type { PodTemplate } from './pod-template';

/**
 * Variables by which the kubelet tells a pod of the Services in its namespace, each with the name of its Service.
 * They apply only where the container does not state the variable itself.
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
export function serviceLinks(set: ManifestSet, { namespace, spec }: PodTemplate): ReadonlyMap<string, string> {
  if (spec.flag('enableServiceLinks') === false) return new Map();
  return known.get(set)?.get(namespace) ?? readLinks(set, namespace);
}

/** Every pod of a namespace gets the same ones, and a set never changes. */
const known = new WeakMap<ManifestSet, Map<string, ReadonlyMap<string, string>>>();

function readLinks(set: ManifestSet, namespace: string): ReadonlyMap<string, string> {
  const services = set.inNamespace('Service', namespace).filter((service) => {
    const isAlias = service.text('spec', 'type') === 'ExternalName';
    return !isAlias && service.text('spec', 'clusterIP') !== 'None';
  });
  const links = new Map(services.flatMap(({ name }) => variablesOf(name).map((variable) => [variable, name])));
  const ofSet = known.get(set) ?? new Map();
  known.set(set, ofSet.set(namespace, links));
  return links;
}

function variablesOf(service: string): string[] {
  return [`${prefixOf(service)}_SERVICE_HOST`, `${prefixOf(service)}_SERVICE_PORT`, addressVariable(service)];
}

/** The variable that has the address of a Service, as `tcp://10.0.0.1:6379`, although it is called a port. */
export function addressVariable(service: string): string {
  return `${prefixOf(service)}_PORT`;
}

function prefixOf(service: string): string {
  return service.toUpperCase().replaceAll('-', '_');
}
