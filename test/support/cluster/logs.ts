import { badRequest } from './api-error';
import type { Hooks } from './hooks';
import type { KubeObject } from './objects';
import type { Pod } from './workloads';

/**
 * What a container of a pod said.
 * @throws ApiError if it is not said which one, or if it never ran
 */
export function logOf(hooks: Hooks, object: KubeObject, query: URLSearchParams): string {
  const pod = object as Pod;
  const { name, namespace } = pod.metadata;
  const container = query.get('container') ?? onlyContainer(pod);
  const previous = query.get('previous') === 'true';
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const state = statuses.find((status) => status.name === container)?.state;
  const waiting = state?.waiting?.reason ?? 'ContainerCreating';
  const text = hooks.logs.get(`${namespace}/${name}/${container}${previous ? '/previous' : ''}`);
  if (text === undefined && previous) {
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  }
  if (text === undefined && !state?.running && !state?.terminated) {
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${cause(waiting)}`);
  }
  return tail(text ?? '', query.get('tailLines'));
}

function onlyContainer({ metadata, spec }: Pod): string {
  const names = spec.containers.map(({ name }) => name);
  if (names.length > 1) {
    const choice = `choose one of: [${names.join(' ')}]`;
    throw badRequest(`a container name must be specified for pod ${metadata.name}, ${choice}`);
  }
  return names[0] ?? '';
}

function cause(reason: string): string {
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
}

function tail(text: string, lines: string | null): string {
  if (lines === null || text === '') return text;
  const all = text.replace(/\n$/, '').split('\n');
  return `${all.slice(-Number(lines)).join('\n')}\n`;
}
