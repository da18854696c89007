import { forbidden } from './api-error';
import type { Hooks } from './hooks';
import type { Kind } from './kinds';
import { type Attributes, grants } from './rbac';
import type { ApiRequest } from './requests';
import type { Store } from './store';

/** What the user may not do: `verb resource`, such as `create secrets` or `* ingresses.networking.k8s.io`. */
export type Denied = string;

/** Name of the user in the kubeconfig. */
export const user = 'tester';

/** The permissions of the user: those that a test denies, and, if they are enforced, those that the cluster's roles grant. */
export interface AccessRules {
  readonly store: Store;
  readonly hooks: Pick<Hooks, 'denied' | 'enforcesRoles'>;
}

/** The verb of a request. */
export function verbOf({ method, name, query }: Pick<ApiRequest, 'method' | 'name' | 'query'>): string {
  if (method === 'GET') return query.has('watch') ? 'watch' : name === '' ? 'list' : 'get';
  if (method === 'DELETE') return name === '' ? 'deletecollection' : 'delete';
  return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? method.toLowerCase();
}

/** @throws ApiError if the user has no permission for a request. @param verb to check instead of the request's own */
export function refuseDenied(rules: AccessRules, request: ApiRequest, verb = verbOf(request)): void {
  const { kind, name, subresource } = request;
  // Permissions for a Namespace can be granted within it.
  const namespace = kind.kind === 'Namespace' ? name : request.namespace;
  const attributes = { verb, group: kind.group, resource: resourceOf(kind, subresource), namespace, name };
  if (!isAllowed(rules, attributes)) throw forbidden(kind, verb, request.namespace, name, user);
}

/** Whether the user has a permission. */
export function isAllowed({ store, hooks }: AccessRules, attributes: Attributes): boolean {
  const { verb, group, resource } = attributes;
  const named = group === '' ? resource : `${resource}.${group}`;
  if ([`${verb} ${named}`, `* ${named}`].some((one) => hooks.denied.includes(one))) return false;
  return !hooks.enforcesRoles || grants(store, user, attributes);
}

function resourceOf({ plural }: Kind, subresource: string): string {
  // Writing the status or the scale needs the permission for the object itself here.
  return subresource === 'log' || subresource === 'exec' ? `${plural}/${subresource}` : plural;
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly resourceAttributes?: {
      readonly verb: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly group?: string;
      readonly namespace?: string;
      readonly name?: string;
    };
  };
}

/** The response to a SelfSubjectAccessReview. */
export function reviewed(rules: AccessRules, body: unknown): object {
  const { apiVersion, kind, spec } = body as Review;
  const attributes = spec.resourceAttributes ?? { verb: '', resource: '' };
  const { verb, resource: plural, subresource = '', group = '', namespace = '', name = '' } = attributes;
  const resource = subresource === '' ? plural : `${plural}/${subresource}`;
  const allowed = isAllowed(rules, { verb, group, resource, namespace, name });
  return { apiVersion, kind, metadata: {}, spec, status: { allowed } };
}
