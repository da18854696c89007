import type { KubernetesManifest } from '../../../lib/manifests/manifest';
import { createCompiler } from './expression';
import { toCel } from './value';

/** A ValidatingAdmissionPolicy, as far as it is evaluated here. */
interface Policy extends KubernetesManifest {
  readonly spec: {
    readonly failurePolicy: 'Fail' | 'Ignore';
    readonly matchConditions: readonly { readonly expression: string }[];
    readonly matchConstraints: {
      readonly namespaceSelector: { readonly matchLabels: Readonly<Record<string, string>> };
      readonly resourceRules: readonly Readonly<Record<'apiGroups' | 'operations' | 'resources', readonly string[]>>[];
    };
    readonly variables: readonly { readonly name: string; readonly expression: string }[];
    readonly validations: readonly Validation[];
  };
}

interface Validation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
}

/** A request to the API server that writes an object. */
export interface WriteRequest {
  readonly object: KubernetesManifest;
  /** The object before an update. @default - the object is created */
  readonly old?: KubernetesManifest;
  /** Who asks. @default - a person */
  readonly user?: string;
  /** What of the object is written, such as `scale`. @default - the object itself */
  readonly subresource?: string;
}

const compile = createCompiler(['object', 'oldObject', 'request', 'variables']);

/**
 * Evaluates the policies among some objects as the API server does: a line for each validation that refuses the request.
 * Each variable is evaluated, whether a validation needs it or not.
 */
export function refusals(objects: readonly KubernetesManifest[], request: WriteRequest): string[] {
  const bindings = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');
  const bound = bindings.map((binding) => (binding as unknown as { spec: { policyName: string } }).spec.policyName);
  return objects
    .filter(({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && bound.includes(metadata.name))
    .map((object) => object as Policy)
    .filter((policy) => matches(policy, request))
    .flatMap((policy) => evaluate(policy, request));
}

function matches({ spec }: Policy, { object, old, subresource }: WriteRequest): boolean {
  const { namespaceSelector, resourceRules } = spec.matchConstraints;
  const [group = ''] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [];
  const resource = [`${object.kind.toLowerCase()}s`, ...(subresource === undefined ? [] : [subresource])].join('/');
  return (
    namespaceSelector.matchLabels['kubernetes.io/metadata.name'] === object.metadata.namespace &&
    resourceRules.some(
      ({ apiGroups, operations, resources }) =>
        apiGroups.includes(group) &&
        operations.includes(old === undefined ? 'CREATE' : 'UPDATE') &&
        resources.includes(resource),
    )
  );
}

function evaluate({ spec }: Policy, { object, old = undefined, user = 'jane' }: WriteRequest): string[] {
  const variables: Record<string, unknown> = {};
  const request = { userInfo: { username: user }, kind: { kind: object.kind } };
  const values = { object: toCel(object), oldObject: old === undefined ? null : toCel(old), request, variables };
  const run = (expression: string) => compile(expression)(values);
  try {
    if (!spec.matchConditions.every(({ expression }) => run(expression) === true)) return [];
    for (const { name, expression } of spec.variables) variables[name] = run(expression);
    return spec.validations
      .filter(({ expression }) => run(expression) !== true)
      .map(({ message, messageExpression }) => (messageExpression ? String(run(messageExpression)) : (message ?? '')));
  } catch (error) {
    return spec.failurePolicy === 'Ignore' ? [] : [`failed: ${(error as Error).message}`];
  }
}
