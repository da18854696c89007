import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { Container, PodTemplate } from '../../manifests/pod-template';
import { indexAutoscalers } from '../../manifests/scale';
import { readQuantity } from '../../platform/settings/quantity';
import type { Rule, Violation } from '../rule';
import { listVolumeClaims } from './object-quotas';

export const limitRanges: Rule = {
  name: 'limit-ranges',
  class: 'broken',
  finds: 'A container, pod or claim whose requests or limits are out of the LimitRange of its namespace.',
  why: 'The API server refuses the pod or the claim; of a Deployment, no pod is ever created.',
  fix: 'Correct the resources, or the LimitRange.',
  example: `
apiVersion: v1
kind: LimitRange
metadata: { name: limits, namespace: shop }
spec: { limits: [{ type: Container, max: { memory: 1Gi } }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: web, image: example.org/web:1, resources: { limits: { memory: 2Gi } } }] }
`,
  *check(set) {
    const autoscaledBy = indexAutoscalers(set);
    for (const range of set.ofType('LimitRange')) {
      for (const limit of range.items('spec', 'limits')) {
        const type = limit.text('type');
        if (type === 'Container') yield* checkContainers(set, range, limit);
        else if (type === 'Pod') yield* checkPods(set, range, limit);
        else if (type === 'PersistentVolumeClaim') {
          for (const { spec } of listVolumeClaims(set, range.namespace, autoscaledBy)) {
            yield* checkAmount(range, limit, 'storage', spec.at('resources', 'requests', 'storage'));
          }
        }
      }
    }
  },
};

function* checkContainers(set: ManifestSet, range: Manifest, limit: Cursor): Generator<Violation> {
  const fields = ['max', 'min', 'default'].flatMap((field) => limit.at(field).entries());
  const resources = new Set(fields.map(([name]) => name));
  for (const { at } of set.podsIn(range.namespace).flatMap(({ allContainers }) => allContainers)) {
    for (const name of resources) yield* checkContainer(range, limit, name, at.at('resources'));
  }
}

function* checkContainer(range: Manifest, limit: Cursor, name: string, resources: Cursor): Generator<Violation> {
  const [stated, request] = [resources.at('limits', name), resources.at('requests', name)];
  const found = [...checkAmount(range, limit, name, stated), ...checkAmount(range, limit, name, request)];
  yield* found.slice(0, 1);
  // Where nothing is stated, the maximum is the default.
  const given = limit.at(limit.has('default', name) ? 'default' : 'max', name).value;
  const [requested, most] = [readQuantity(request.value), readQuantity(given)];
  if (found.length > 0 || stated.exists || requested === undefined || most === undefined || requested <= most) return;
  yield {
    at: request,
    message: `the request ${request.value} is above ${given}, the limit that LimitRange ${range.name} gives`,
    remedy: 'state a limit, or lower the request',
  };
}

function* checkPods(set: ManifestSet, range: Manifest, limit: Cursor): Generator<Violation> {
  const defaults = readContainerDefaults(set, range.namespace);
  for (const pod of set.podsIn(range.namespace)) {
    for (const [name, at] of limit.at('max').entries()) {
      const [amount, most] = [computePodResource(pod, `limits.${name}`, defaults), readQuantity(at.value)];
      if (amount === undefined || most === undefined || amount <= most) continue;
      yield {
        at: pod.spec.at('containers'),
        message: `the limits of ${name} of all containers are above ${at.value}, the maximum of LimitRange ${range.name}`,
        remedy: 'lower the limits, or raise the maximum',
      };
    }
  }
}

function* checkAmount(range: Manifest, limit: Cursor, name: string, at: Cursor): Generator<Violation> {
  const amount = readQuantity(at.value);
  const [least, most] = [limit.at('min', name).value, limit.at('max', name).value];
  const [minimum, maximum] = [readQuantity(least), readQuantity(most)];
  if (amount === undefined) return;
  if (maximum !== undefined && amount > maximum) {
    const message = `${at.value} is above ${most}, the maximum of LimitRange ${range.name}`;
    yield { at, message, remedy: 'lower it, or raise the maximum' };
  } else if (minimum !== undefined && amount < minimum) {
    const message = `${at.value} is below ${least}, the minimum of LimitRange ${range.name}`;
    yield { at, message, remedy: 'raise it, or lower the minimum' };
  }
}

/** What a container gets where it states nothing, from the LimitRange of its namespace. */
export interface ContainerDefaults {
  readonly requests: Cursor | undefined;
  readonly limits: Cursor | undefined;
}

export function readContainerDefaults(set: ManifestSet, namespace: string): ContainerDefaults {
  const ofContainers = set
    .inNamespace('LimitRange', namespace)
    .flatMap((range) => range.items('spec', 'limits'))
    .find((limit) => limit.text('type') === 'Container');
  return { requests: ofContainers?.at('defaultRequest'), limits: ofContainers?.at('default') };
}

/** What a quota charges for one pod, for a resource like `requests.cpu`; undefined if the pod does not state it. */
export function computePodResource(
  pod: PodTemplate,
  resource: string,
  defaults: ContainerDefaults,
): number | undefined {
  const amountOf = (container: Container) => computeContainerResource(container, resource, defaults);
  const running = sumKnown(pod.containers.map(amountOf));
  // Init containers run one at a time, so the largest alone counts, and only where it exceeds all that runs later.
  const starting = pod.initContainers.map(amountOf);
  if (running === undefined || starting.includes(undefined)) return undefined;
  return Math.max(running, ...starting.flatMap((amount) => amount ?? [])) + (overhead(pod, resource) ?? 0);
}

/** As the API server fills it in: a missing limit from the LimitRange, a missing request from there or the limit. */
export function computeContainerResource(
  { at }: Container,
  resource: string,
  defaults: ContainerDefaults,
): number | undefined {
  const [field, name] = splitResource(resource);
  const limit = at.at('resources', 'limits', name).value ?? defaults.limits?.at(name).value;
  if (field === 'limits') return readQuantity(limit);
  const ownLimit = at.at('resources', 'limits', name).value;
  const request = at.at('resources', 'requests', name).value ?? ownLimit ?? defaults.requests?.at(name).value ?? limit;
  return readQuantity(request);
}

function overhead({ spec }: PodTemplate, resource: string): number | undefined {
  return readQuantity(spec.at('overhead', splitResource(resource)[1]).value);
}

/** A quota's `cpu` is short for `requests.cpu`. */
function splitResource(resource: string): [field: string, name: string] {
  const [field, name] = resource.split('.');
  return name === undefined ? ['requests', resource] : [field ?? '', name];
}

/** The sum of amounts; undefined where one of them is not known. */
export function sumKnown(amounts: readonly (number | undefined)[]): number | undefined {
  return amounts.reduce<number | undefined>(
    (total, amount) => (total === undefined || amount === undefined ? undefined : total + amount),
    0,
  );
}
