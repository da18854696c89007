import type { PodTemplate } from './pod-template';

/** What a pod's containers state of their ports: `http 8080/TCP`. */
export function portsOf({ containers }: PodTemplate): string[] {
  return containers.flatMap(({ ports }) =>
    ports.map(({ name, number, protocol }) => [name, `${number}/${protocol}`].filter(Boolean).join(' ')),
  );
}

/**
 * Whether a pod has a port of that name or number.
 * Ports may go unstated, so a pod that states none may listen on any number, but it has no names.
 */
export function hasPort({ containers }: PodTemplate, wanted: unknown, protocol: string): boolean {
  const ports = containers.flatMap((container) => container.ports);
  if (ports.length === 0) return typeof wanted === 'number';
  return ports.some((port) => (port.name === wanted || port.number === wanted) && port.protocol === protocol);
}

/** A port that is wanted, as one reads it: `"http"`, `8080/TCP`. */
export function describeWanted(port: unknown, protocol: string): string {
  return typeof port === 'number' ? `${port}/${protocol}` : JSON.stringify(port);
}
