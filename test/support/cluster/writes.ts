import { admitted, refuseImmutable } from './admission';
import { badRequest, notFound } from './api-error';
import { applied, updated } from './apply';
import { apiVersionOf } from './kinds';
import { isFields, type KubeObject } from './objects';
import { jsonPatch, mergePatch, strategicMerge } from './patches';
import { type ApiRequest, optionsOf } from './requests';
import { objectOf, type Store } from './store';

/** Creates what a request carries. */
export function create(store: Store, request: ApiRequest): KubeObject {
  const given = placed(request, bodyAs(request));
  const metadata = { ...given.metadata, name: given.metadata.name || generated(given.metadata.generateName) };
  const { managedFields: _, resourceVersion: __, uid: ___, ...stated } = metadata;
  refuseMissingNamespace(store, request);
  const next = updated(undefined, admitted({ ...given, metadata: stated }), writerOf(store, request));
  return stored(store, request, undefined, next);
}

/** Replaces an object by what a request carries. */
export function replace(store: Store, request: ApiRequest): KubeObject {
  const live = present(store, request);
  const given = placed(request, bodyAs(request));
  return stored(
    store,
    request,
    live,
    updated(live, admitted(bySubresource(request, live, given), live), writerOf(store, request)),
  );
}

/** Changes an object by the patch of a request; server-side apply creates it if it does not exist. */
export function patch(store: Store, request: ApiRequest): KubeObject {
  const live = store.find(request.kind, placeOf(request));
  if (request.contentType === 'application/apply-patch+yaml') return apply(store, request, live);
  if (!live) throw notFound(request.kind, request.name);
  const patched = bySubresource(request, live, patchedBy(request, live));
  return stored(store, request, live, updated(live, admitted(patched, live), writerOf(store, request)));
}

/** Deletes an object, and with it what it owns, unless that is to be orphaned. */
export function remove(store: Store, request: ApiRequest): KubeObject {
  const live = present(store, request);
  if (request.dryRun) return live;
  const policy = request.query.get('propagationPolicy') ?? optionsOf(request.body).propagationPolicy;
  if (policy === 'Orphan') orphan(store, live);
  store.delete(live);
  return live;
}

function apply(store: Store, request: ApiRequest, live: KubeObject | undefined): KubeObject {
  if (!live) refuseMissingNamespace(store, request);
  const force = request.query.get('force') === 'true';
  const { status: _, ...wanted } = placed(request, bodyAs(request));
  const encoded = wanted.kind === 'Secret' ? admitted(wanted) : wanted;
  const next = admitted(applied(request.kind, live, encoded, { ...writerOf(store, request), force }), live);
  return stored(store, request, live, next);
}

function writerOf({ time }: Store, { manager }: ApiRequest): { manager: string; time: string } {
  return { manager, time };
}

function patchedBy({ contentType, body }: ApiRequest, live: KubeObject): KubeObject {
  if (contentType === 'application/json-patch+json') {
    return jsonPatch(live, body as Parameters<typeof jsonPatch>[1]) as KubeObject;
  }
  if (contentType === 'application/merge-patch+json') return mergePatch(live, body) as KubeObject;
  if (contentType === 'application/strategic-merge-patch+json') return strategicMerge(live, body) as KubeObject;
  throw badRequest(`no patch of type ${JSON.stringify(contentType)}`);
}

/** The part of an object that a request changes: a subresource its own, the object itself all but the status. */
function bySubresource({ subresource }: ApiRequest, live: KubeObject, next: KubeObject): KubeObject {
  if (subresource === 'status') return { ...live, status: next.status };
  if (subresource === 'scale') {
    const replicas = isFields(next.spec) ? next.spec.replicas : undefined;
    return { ...live, spec: { ...(isFields(live.spec) ? live.spec : {}), replicas } };
  }
  return live.status === undefined ? next : { ...next, status: live.status };
}

function stored(store: Store, request: ApiRequest, live: KubeObject | undefined, next: KubeObject): KubeObject {
  if (live) refuseImmutable(request.kind, live, next);
  request.admit?.(next);
  if (!request.dryRun) return live ? store.update(next) : store.create(next);
  const uid = live?.metadata.uid ?? 'dry-run';
  return { ...next, metadata: { ...next.metadata, uid } };
}

function present(store: Store, request: ApiRequest): KubeObject {
  const live = store.find(request.kind, placeOf(request));
  if (!live) throw notFound(request.kind, request.name);
  const { uid } = (request.body as { preconditions?: { uid?: string } } | undefined)?.preconditions ?? {};
  if (uid !== undefined && uid !== live.metadata.uid) throw notFound(request.kind, request.name);
  return live;
}

function placeOf({ namespace, name }: ApiRequest): { name: string; namespace?: string } {
  return namespace === '' ? { name } : { name, namespace };
}

function bodyAs({ body, kind }: ApiRequest): KubeObject {
  if (!isFields(body)) throw badRequest('no object in the body');
  return { ...objectOf(kind, { name: '' }), ...body };
}

/** The object with the name and namespace of the path. */
function placed({ kind, namespace, name }: ApiRequest, object: KubeObject): KubeObject {
  const metadata = { ...object.metadata, name: name || object.metadata.name };
  const place = kind.namespaced ? { namespace } : {};
  return { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { ...metadata, ...place } };
}

function refuseMissingNamespace(store: Store, { kind, namespace }: ApiRequest): void {
  if (!kind.namespaced || store.one('Namespace', namespace)) return;
  const namespaces = store.kindOf({ apiVersion: 'v1', kind: 'Namespace' });
  throw notFound(namespaces, namespace);
}

function orphan(store: Store, owner: KubeObject): void {
  for (const kind of store.kinds) {
    for (const object of store.list(kind)) {
      const { ownerReferences, ...metadata } = object.metadata;
      const left = ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid);
      if (left?.length !== ownerReferences?.length) {
        store.update({ ...object, metadata: { ...metadata, ownerReferences: left } });
      }
    }
  }
}

/** Number of the next generated name. */
let last = 0;

function generated(start = ''): string {
  last += 1;
  return `${start}${last.toString(36).padStart(5, 'x')}`;
}
