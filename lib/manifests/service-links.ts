import type { ManifestSet } from './manifest-set';
import type { PodTemplate } from './pod-template';
import { rememberFor, rememberTexts } from './remember';

/**
 * Variables by which the kubelet tells a pod of the Services in its namespace, each with the name of its Service.
 * They apply only where the container does not state the variable itself.
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
export function listServiceLinks(set: ManifestSet, { namespace, spec }: PodTemplate): ReadonlyMap<string, string> {
  if (spec.flag('enableServiceLinks') === false) return new Map();
  return linksOfNamespaces(set)(namespace);
}

/** Every pod of a namespace gets the same ones. */
const linksOfNamespaces = rememberFor((set: ManifestSet) =>
  rememberTexts((namespace): ReadonlyMap<string, string> => {
    const services = set.inNamespace('Service', namespace).filter((service) => {
      const isAlias = service.text('spec', 'type') === 'ExternalName';
      return !isAlias && service.text('spec', 'clusterIP') !== 'None';
    });
    return new Map(services.flatMap(({ name }) => variablesOf(name).map((variable) => [variable, name])));
  }),
);

function variablesOf(service: string): string[] {
  return [`${prefixOf(service)}_SERVICE_HOST`, `${prefixOf(service)}_SERVICE_PORT`, nameAddressVariable(service)];
}

/** The variable that has the address of a Service, as `tcp://10.0.0.1:6379`, although it is called a port. */
export function nameAddressVariable(service: string): string {
  return `${prefixOf(service)}_PORT`;
}

function prefixOf(service: string): string {
  return service.toUpperCase().replaceAll('-', '_');
}
