import type { ServerResponse } from 'node:http';
import { apiVersionOf } from './kinds';
import type { KubeObject } from './objects';
import type { ApiRequest } from './requests';
import { selected, testsOf } from './selectors';
import type { Change, Store } from './store';

/**
 * Sends changes after the requested version until the client disconnects. Without a version, or if the client requests
 * it, the present objects are sent first.
 */
export function watch(store: Store, request: ApiRequest, response: ServerResponse): void {
  const { kind, query, namespace } = request;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const send = (type: string, object: object) => response.write(`${JSON.stringify({ type, object })}\n`);
  const tests = testsOf(query);
  const concerns = (object: KubeObject) =>
    (namespace === '' || object.metadata.namespace === namespace) &&
    (request.name === '' || object.metadata.name === request.name) &&
    tests.every((test) => test(object));
  const sendChange = (change: Change) => {
    if (change.kind.plural !== kind.plural || change.kind.group !== kind.group) return;
    if (concerns(change.object)) send(change.type, change.object);
  };
  const from = Number(query.get('resourceVersion') ?? 0);
  const wantsAll = query.get('sendInitialEvents') === 'true';
  if (from === 0 || wantsAll) {
    const objects = selected(store.list(kind, namespace || undefined), query).filter(concerns);
    for (const object of objects) send('ADDED', object);
  } else for (const change of store.since(from)) sendChange(change);
  if (wantsAll) {
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    const metadata = { resourceVersion: store.version, annotations };
    send('BOOKMARK', { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata });
  }
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const end = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000) : undefined;
  const stop = store.listen(sendChange);
  response.on('close', () => {
    clearTimeout(end);
    stop();
  });
}
