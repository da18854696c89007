import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AccessRules, refuseDenied, reviewed } from './access';
import { ApiError, notFound, unknownPath } from './api-error';
import { discovery } from './discovery';
import { refuseEscalation } from './escalation';
import type { Hooks } from './hooks';
import { apiVersionOf } from './kinds';
import { logOf } from './logs';
import { isFields, type KubeObject } from './objects';
import { type ApiRequest, bodyOf, readRequest } from './requests';
import { selected } from './selectors';
import type { Store } from './store';
import { watch } from './watches';
import { create, patch, remove, replace } from './writes';

/** Creates the HTTP server of the API. */
export function apiServer(store: Store, hooks: Hooks): Server {
  return createServer((incoming, response) => {
    answer(store, hooks, incoming, response).catch((error: unknown) => {
      if (error instanceof ApiError) send(response, error.code, error.status);
      else send(response, 500, new ApiError(500, 'InternalError', String(error)).status);
    });
  });
}

async function answer(store: Store, hooks: Hooks, incoming: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(incoming.url ?? '', 'http://api');
  if (pathname === '/openapi/v2') return noSchemas(response);
  const found = discovery(pathname, [...store.kinds]);
  if (found) return send(response, 200, found);
  if (pathname === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') {
    return send(response, 201, reviewed({ store, hooks }, await bodyOf(incoming)));
  }
  const request = await readRequest(incoming, store.kinds);
  const rules = { store, hooks };
  refuseDenied(rules, request);
  if (request.method === 'GET') return read(store, hooks, request, response);
  return send(response, request.method === 'POST' ? 201 : 200, written(rules, request));
}

/** The empty document of schemas. kubectl looks here for kinds that it finds nowhere else, and lets those through that have none. */
function noSchemas(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' });
  response.end();
}

function read(store: Store, hooks: Hooks, request: ApiRequest, response: ServerResponse): void {
  const { kind, name, namespace, subresource, query } = request;
  if (['true', '1'].includes(query.get('watch') ?? '')) {
    watch(store, request, response);
    return;
  }
  if (name === '') {
    const items = selected(store.list(kind, namespace || undefined), query);
    const metadata = { resourceVersion: store.version };
    send(response, 200, { apiVersion: apiVersionOf(kind), kind: `${kind.kind}List`, metadata, items });
    return;
  }
  const object = store.find(kind, namespace === '' ? { name } : { name, namespace });
  if (!object) throw notFound(kind, name);
  if (subresource === 'log') {
    const text = logOf(hooks, object, query);
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(text);
  } else send(response, 200, subresource === 'scale' ? scaleOf(object) : object);
}

function written(rules: AccessRules, asked: ApiRequest): object {
  const { store } = rules;
  const request = { ...asked, admit: (object: KubeObject) => refuseEscalation(rules, asked.kind, object) };
  if (makesObject(store, asked)) refuseDenied(rules, asked, 'create');
  if (request.method === 'POST') return create(store, request);
  if (request.method === 'PUT') return shown(request, replace(store, request));
  if (request.method === 'PATCH') return shown(request, patch(store, request));
  if (request.method === 'DELETE' && request.name === '') return removeAll(store, request);
  if (request.method === 'DELETE') {
    const { metadata } = remove(store, request);
    const details = { name: metadata.name, kind: request.kind.plural, uid: metadata.uid };
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  }
  throw unknownPath();
}

/** Whether a server-side apply creates its object, which takes the permission for that too. */
function makesObject(store: Store, { kind, name, namespace, method, contentType }: ApiRequest): boolean {
  if (method !== 'PATCH' || contentType !== 'application/apply-patch+yaml') return false;
  return !store.find(kind, namespace === '' ? { name } : { name, namespace });
}

function removeAll(store: Store, request: ApiRequest): object {
  for (const { metadata } of selected(store.list(request.kind, request.namespace || undefined), request.query)) {
    remove(store, { ...request, name: metadata.name, namespace: metadata.namespace ?? '' });
  }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
}

function shown({ subresource }: ApiRequest, object: KubeObject): object {
  return subresource === 'scale' ? scaleOf(object) : object;
}

function scaleOf({ metadata, spec, status }: KubeObject): object {
  const replicas = (of: unknown) => (isFields(of) ? of.replicas : undefined);
  const { name, namespace, resourceVersion, uid } = metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, resourceVersion, uid },
    spec: { replicas: replicas(spec) },
    status: { replicas: replicas(status) ?? 0 },
  };
}

function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
