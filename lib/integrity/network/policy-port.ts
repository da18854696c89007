import type { ConnectionPort } from '../../network/connection';
import type { Cursor } from '../manifests/cursor';
import type { PodTemplate } from '../manifests/pod-template';

/** Whether an entry of a policy's `ports` allows a port of the receiving pods, of which a named one is a port. */
export function allowsPort(
  entry: Cursor,
  { port, protocol }: ConnectionPort,
  receivers: readonly PodTemplate[],
): boolean {
  if ((entry.text('protocol') ?? 'TCP') !== protocol) return false;
  const stated = entry.at('port');
  if (!stated.exists) return true;
  if (typeof stated.value === 'number')
    return stated.value <= port && port <= (entry.number('endPort') ?? stated.value);
  return receivers.some((pod) =>
    pod.containers.some(({ ports }) => ports.some(({ name, number }) => name === stated.value && number === port)),
  );
}
