import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import { formatList, isOfCluster, type ManifestSet, missingObjectMessage } from '../../manifests/manifest-set';
import type { Violation } from '../rule';

/** A reference to a Service and to one of its ports. */
export interface ServiceReference {
  /** Place of the reference. */
  readonly at: Cursor;
  readonly namespace: string;
  readonly name: string;
  /** Place of the port's name or number. @default - no port is stated */
  readonly port?: Cursor;
  /** Number that is meant where the port is not stated. @default - none */
  readonly defaultPort?: number;
}

/** Reports a Service that does not exist, or a port that it does not have. */
export function* danglingService(
  set: ManifestSet,
  { at, namespace, name, port, defaultPort }: ServiceReference,
): Generator<Violation> {
  const service = set.find('Service', namespace, name);
  if (service === undefined) {
    if (isOfCluster(namespace) || set.has('Service', namespace, name)) return;
    yield {
      at,
      message: missingObjectMessage(set, 'Service', namespace, name),
      remedy: `correct the name, or add the Service, or declare it: --assume Service/${namespace}/${name}`,
    };
    return;
  }
  const wanted = port?.exists ? port.value : defaultPort;
  const ports = service.at('spec').items('ports').map(describe);
  // A patch of kustomize leaves the ports to the Service that it is for.
  const isOpen = isPortless(service) || (ports.length === 0 && set.isKustomizeInput);
  if (wanted === undefined || isOpen || hasServicePort(service, wanted)) return;
  yield {
    at: port?.exists ? port : at,
    message: `Service ${name} has no port ${JSON.stringify(wanted)} (it has ${formatList(ports)})`,
    remedy: 'name a port of the Service',
  };
}

/** Whether a Service has a port of that name or number. */
export function hasServicePort(service: Manifest, wanted: unknown): boolean {
  const ports = service.at('spec').items('ports');
  return ports.some((port) => port.text('name') === wanted || port.number('port') === wanted);
}

export function servicePortNames(service: Manifest): string[] {
  return service
    .at('spec')
    .items('ports')
    .map((port) => port.text('name') ?? 'an unnamed port');
}

/** What an ExternalName is an alias of has ports of its own. */
export function isPortless(service: Manifest): boolean {
  return service.text('spec', 'type') === 'ExternalName' && !service.at('spec', 'ports').exists;
}

function describe(port: Cursor): string {
  return [port.text('name'), port.number('port')].filter(Boolean).join(' ');
}
