import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubernetesObject } from './synthesized';

/** What the API has of one resource in one namespace, or in the cluster. */
export interface Resource {
  readonly kind: 'Pod' | 'Node';
  readonly namespace: string;
  readonly items: readonly object[];
}

/**
 * As much of the Kubernetes API as discovery asks for: lists and watches of pods and nodes. It grants what the Roles and
 * bindings among the objects grant to Prometheus, and nothing else.
 */
export class KubernetesApi {
  /** Requests that were refused. */
  readonly refused: string[] = [];
  private readonly server: Server;

  constructor(
    private readonly objects: readonly KubernetesObject[],
    /** Namespace of the account `prometheus`, in whose name every request is made. */
    private readonly accountNamespace: string,
    private readonly resources: readonly Resource[],
  ) {
    this.server = createServer((request, response) => this.answer(request, response));
  }

  /** Starts it, and tells its address. */
  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://api');
    const [, namespace = '', plural = ''] =
      /^\/api\/v1(?:\/namespaces\/([^/]+))?\/(pods|nodes)$/.exec(url.pathname) ?? [];
    const watch = url.searchParams.has('watch');
    if (!this.grants(watch ? 'watch' : 'list', plural, namespace)) {
      this.refused.push(`${watch ? 'watch' : 'list'} ${url.pathname}`);
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403 }),
      );
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    if (watch) this.watch(response, kindOf(plural), namespace, url.searchParams.has('sendInitialEvents'));
    else response.end(JSON.stringify(this.list(kindOf(plural), namespace)));
  }

  private list(kind: Resource['kind'], namespace: string): object {
    const metadata = { resourceVersion: '1' };
    return { kind: `${kind}List`, apiVersion: 'v1', metadata, items: this.items(kind, namespace) };
  }

  /** A watch stays open and has nothing new to tell. Newer clients ask it for what there is instead of listing that. */
  private watch(response: ServerResponse, kind: Resource['kind'], namespace: string, fromTheStart: boolean): void {
    response.flushHeaders();
    if (!fromTheStart) return;
    const metadata = { resourceVersion: '1', annotations: { 'k8s.io/initial-events-end': 'true' } };
    const events = [
      ...this.items(kind, namespace).map((object) => ({ type: 'ADDED', object })),
      { type: 'BOOKMARK', object: { kind, apiVersion: 'v1', metadata } },
    ];
    for (const event of events) response.write(`${JSON.stringify(event)}\n`);
  }

  private items(kind: Resource['kind'], namespace: string): object[] {
    const found = this.resources.filter((resource) => resource.kind === kind && resource.namespace === namespace);
    return found.flatMap(({ items }) => items);
  }

  private grants(verb: string, plural: string, namespace: string): boolean {
    const bindings = this.objects.filter(
      ({ kind, metadata, subjects }) =>
        (kind === 'ClusterRoleBinding' || (kind === 'RoleBinding' && metadata.namespace === namespace)) &&
        subjects?.some((subject) => subject.name === 'prometheus' && subject.namespace === this.accountNamespace),
    );
    return bindings.some(({ roleRef, metadata }) =>
      this.objects.some(
        (role) =>
          role.kind === roleRef?.kind &&
          role.metadata.name === roleRef.name &&
          role.metadata.namespace === metadata.namespace &&
          role.rules?.some(({ apiGroups, resources, verbs }) => {
            return apiGroups.includes('') && resources.includes(plural) && verbs.includes(verb);
          }),
      ),
    );
  }
}

function kindOf(plural: string): Resource['kind'] {
  return plural === 'pods' ? 'Pod' : 'Node';
}
