import { forbidden } from './api-error';
import type { Hooks } from './hooks';
import type { Kind } from './kinds';
import { type Attributes, grants } from './rbac';
import type { ApiRequest } from './requests';
import type { Store } from './store';

/** What the user may not do: `verb resource`, such as `create secrets` or `* ingresses.networking.k8s.io`. */
export type Denied = string;

/** Name of the user that the kubeconfig leads in as. */
export const user = 'tester';

/** What decides what the user may do: what a test denies, and the roles in the cluster where they are enforced. */
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

/** @throws ApiError if the user may not do what a request asks, by its own verb or another one */
export function refuseDenied(rules: AccessRules, request: ApiRequest, verb = verbOf(request)): void {
  const { kind, name, subresource } = request;
  // A Namespace lies in itself, as far as rights go.
  const namespace = kind.kind === 'Namespace' ? name : request.namespace;
  const attributes = { verb, group: kind.group, resource: resourceOf(kind, subresource), namespace, name };
  if (!isAllowed(rules, attributes)) throw forbidden(kind, verb, request.namespace, name, user);
}

/** Whether the user may do something. */
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

/** The answer to a user who asks what they may do. */
export function reviewed(rules: AccessRules, body: unknown): object {
  const { apiVersion, kind, spec } = body as Review;
  const attributes = spec.resourceAttributes ?? { verb: '', resource: '' };
  const { verb, resource: plural, subresource = '', group = '', namespace = '', name = '' } = attributes;
  const resource = subresource === '' ? plural : `${plural}/${subresource}`;
  const allowed = isAllowed(rules, { verb, group, resource, namespace, name });
  return { apiVersion, kind, metadata: {}, spec, status: { allowed } };
}
