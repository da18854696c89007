import { forbidden } from './api-error';
import { type Kind, resourceOf } from './kinds';
import type { ApiRequest } from './requests';

/** What the user may not do: `verb resource`, such as `create secrets` or `* ingresses.networking.k8s.io`. */
export type Denied = string;

/** Name of the user that the kubeconfig leads in as. */
export const user = 'tester';

/** The verb of a request. */
export function verbOf({ method, name, query }: Pick<ApiRequest, 'method' | 'name' | 'query'>): string {
  if (method === 'GET') return query.has('watch') ? 'watch' : name === '' ? 'list' : 'get';
  if (method === 'DELETE') return name === '' ? 'deletecollection' : 'delete';
  return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? method.toLowerCase();
}

/** @throws ApiError if the user may not do what a request asks */
export function refuseDenied(denied: readonly Denied[], request: ApiRequest): void {
  const { kind, namespace, name } = request;
  const verb = verbOf(request);
  if (isDenied(denied, verb, kind)) throw forbidden(kind, verb, namespace, name, user);
}

function isDenied(denied: readonly Denied[], verb: string, kind: Pick<Kind, 'plural' | 'group'>): boolean {
  const resource = resourceOf(kind as Kind);
  return [`${verb} ${resource}`, `* ${resource}`].some((one) => denied.includes(one));
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
    };
  };
}

/** The answer to somebody who asks what they may do. */
export function reviewed(denied: readonly Denied[], body: unknown): object {
  const { apiVersion, kind, spec } = body as Review;
  const { verb = '', resource = '', subresource = '', group = '' } = spec.resourceAttributes ?? {};
  const plural = subresource === '' ? resource : `${resource}/${subresource}`;
  return { apiVersion, kind, metadata: {}, spec, status: { allowed: !isDenied(denied, verb, { plural, group }) } };
}
