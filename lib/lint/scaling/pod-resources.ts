import type { Cursor } from '../../manifests/cursor';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container, PodTemplate } from '../../manifests/pod-template';
import { quantityValue } from '../../platform/settings/quantity';

/** What a container gets where it states nothing, from the LimitRange of its namespace. */
export interface ContainerDefaults {
  readonly requests: Cursor | undefined;
  readonly limits: Cursor | undefined;
}

export function containerDefaults(set: ManifestSet, namespace: string): ContainerDefaults {
  const ofContainers = set
    .inNamespace('LimitRange', namespace)
    .flatMap((range) => range.items('spec', 'limits'))
    .find((limit) => limit.text('type') === 'Container');
  return { requests: ofContainers?.at('defaultRequest'), limits: ofContainers?.at('default') };
}

/** What a quota charges for one pod, for a resource like `requests.cpu`; undefined if the pod does not state it. */
export function podResource(pod: PodTemplate, resource: string, defaults: ContainerDefaults): number | undefined {
  const amountOf = (container: Container) => containerResource(container, resource, defaults);
  const running = sumOfKnown(pod.containers.map(amountOf));
  // Init containers run one at a time, so the largest alone counts, and only where it exceeds all that runs later.
  const starting = pod.initContainers.map(amountOf);
  if (running === undefined || starting.includes(undefined)) return undefined;
  return Math.max(running, ...starting.flatMap((amount) => amount ?? [])) + (overhead(pod, resource) ?? 0);
}

/** As the API server fills it in: a missing limit from the LimitRange, a missing request from there or the limit. */
export function containerResource(
  { at }: Container,
  resource: string,
  defaults: ContainerDefaults,
): number | undefined {
  const [field, name] = splitResource(resource);
  const limit = at.at('resources', 'limits', name).value ?? defaults.limits?.at(name).value;
  if (field === 'limits') return quantityValue(limit);
  const ownLimit = at.at('resources', 'limits', name).value;
  const request = at.at('resources', 'requests', name).value ?? ownLimit ?? defaults.requests?.at(name).value ?? limit;
  return quantityValue(request);
}

function overhead({ spec }: PodTemplate, resource: string): number | undefined {
  return quantityValue(spec.at('overhead', splitResource(resource)[1]).value);
}

/** A quota's `cpu` is short for `requests.cpu`. */
function splitResource(resource: string): [field: string, name: string] {
  const [field, name] = resource.split('.');
  return name === undefined ? ['requests', resource] : [field ?? '', name];
}

/** The sum of amounts; undefined where one of them is not known. */
export function sumOfKnown(amounts: readonly (number | undefined)[]): number | undefined {
  return amounts.reduce<number | undefined>(
    (total, amount) => (total === undefined || amount === undefined ? undefined : total + amount),
    0,
  );
}
