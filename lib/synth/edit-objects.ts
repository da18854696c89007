import type { KubernetesManifest } from '../manifests/manifest';

/** A pod template as it stands in a finished object. */
export interface Template<Spec> {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Spec;
}

interface WithTemplate<Spec> {
  readonly spec?: { readonly template?: Template<Spec>; readonly jobTemplate?: WithTemplate<Spec> };
}

/** The pod template of an object of Kubernetes itself; none of an object without pods, or of an operator. */
export function findPodTemplate<Spec extends object>(object: KubernetesManifest): Template<Spec> | undefined {
  return templateOf(object as WithTemplate<Spec>);
}

function templateOf<Spec extends object>({ spec }: WithTemplate<Spec>): Template<Spec> | undefined {
  if (spec?.jobTemplate !== undefined) return templateOf(spec.jobTemplate);
  return spec?.template?.spec !== undefined && 'containers' in spec.template.spec ? spec.template : undefined;
}

/** Returns an object with its pod template changed; an object without one as it is. */
export function mapPodTemplate<Spec extends object>(
  object: KubernetesManifest,
  change: (template: Template<Spec>) => Template<Spec>,
): KubernetesManifest {
  return findPodTemplate<Spec>(object) === undefined
    ? object
    : { ...object, ...changed(object as WithTemplate<Spec>, change) };
}

function changed<Spec extends object>(
  object: WithTemplate<Spec>,
  change: (template: Template<Spec>) => Template<Spec>,
): WithTemplate<Spec> {
  const { spec } = object;
  if (spec?.jobTemplate !== undefined) {
    return { ...object, spec: { ...spec, jobTemplate: changed(spec.jobTemplate, change) } };
  }
  return spec?.template === undefined ? object : { ...object, spec: { ...spec, template: change(spec.template) } };
}

/** A value with the keys of its maps in the order of the alphabet, as cdk8s writes them, and without those that have no value. */
export function sortKeys<T>(value: T): T {
  return sorted(value) as T;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
