import { toCommandError, UnknownKindError } from '../../lib/cluster/errors';
import type {
  DeleteOptions,
  ExecRequest,
  FindOptions,
  KubernetesClient,
  KubernetesObject,
  LogOptions,
  Refusal,
  RequestOptions,
  ResourceAttributes,
  Selector,
} from '../../lib/cluster/kubernetes-client';
import type { KubernetesManifest } from '../../lib/manifests/manifest';
import { UsageError } from '../../lib/platform/errors';
import { type AccessRules, isAllowed, refuseDenied } from './cluster/access';
import { ApiError, notFound } from './cluster/api-error';
import { runControllers } from './cluster/controllers/loop';
import { refuseEscalation } from './cluster/escalation';
import { defaultHooks, type Failure, type Hooks } from './cluster/hooks';
import { initialObjects } from './cluster/initial-objects';
import type { Kind } from './cluster/kinds';
import { logOf } from './cluster/logs';
import { isFields, type KubeObject } from './cluster/objects';
import type { ApiRequest } from './cluster/requests';
import { selected } from './cluster/selectors';
import { Store } from './cluster/store';
import type { Pod } from './cluster/workloads';
import { create, patch, remove, replace } from './cluster/writes';
import { FakeClock } from './fake-clock';
import { unifiedDiffs } from './unified-diff';

/** One call of the client: the verb and the object or kinds. */
export type Call = readonly [verb: string, what: string];

/** Controllers take a step a second, and no more than this many at a time. */
const mostSteps = 30;

/**
 * A Kubernetes cluster in memory, for one test: the API and the controllers of `test/support/cluster`, without a server,
 * behind the interface that the operations use. Its controllers take a step for each second that its clock passes.
 */
export class FakeCluster implements KubernetesClient {
  readonly context: string;
  readonly clock: FakeClock;
  /** Version of the API server. */
  version = 'v1.36.1';
  /** Every object of the cluster: for a test to read, and to change as another user would. */
  readonly objects: Store;
  /** What a test decides about it: how Jobs end, what `exec` prints, which containers fail, who may do what. */
  readonly hooks: Hooks;
  /** Every call of the client so far. */
  readonly calls: Call[] = [];
  /** What every call fails with while it is set: the words of kubectl. */
  outage: string | undefined;
  /** Called before each call takes effect; what it throws, the call fails with. */
  onCall: (...call: Call) => void | Promise<void> = () => undefined;
  /** Called after each call took effect: an answer that is lost on its way is thrown here. */
  onAnswer: (...call: Call) => void | Promise<void> = () => undefined;
  private readonly rules: AccessRules;
  private settledState: string | undefined;
  /** When running Jobs end. */
  private dueTimes: number[] = [];

  /** @param objects that are there besides what every cluster has */
  constructor({
    context = 'veza-staging',
    clock = new FakeClock(),
    objects = [] as readonly KubernetesManifest[],
  } = {}) {
    this.context = context;
    this.clock = clock;
    this.objects = new Store(() => clock.now());
    this.hooks = defaultHooks();
    this.rules = { store: this.objects, hooks: this.hooks };
    this.add(...initialObjects, ...(objects as readonly KubeObject[]));
    clock.onAdvance((seconds) => this.step(Math.min(mostSteps, Math.ceil(seconds))));
  }

  /** Puts objects into the cluster, with their namespaces. */
  add(
    ...objects: readonly (KubernetesManifest & { readonly [field: string]: unknown })[] | readonly KubeObject[]
  ): void {
    for (const object of objects as readonly KubeObject[]) {
      const { namespace } = object.metadata;
      if (namespace !== undefined && !this.objects.one('Namespace', namespace)) {
        this.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      }
      this.objects.put(object);
    }
  }

  /** Lets the controllers take some steps, although no time passes. @default 30, by which most things have settled */
  step(count = mostSteps): void {
    const lookAgain = (milliseconds: number) => void this.dueTimes.push(this.clock.now() + milliseconds);
    const world = { store: this.objects, hooks: this.hooks, lookAgain };
    for (let index = 0; index < count && !this.isSettled(); index += 1) {
      const before = this.state;
      this.dueTimes = this.dueTimes.filter((time) => time > this.clock.now());
      runControllers(world);
      this.settledState = this.state === before ? before : undefined;
    }
  }

  /** Whether a further step would change nothing: a step did not, and nothing else has changed since then. */
  private isSettled(): boolean {
    return this.settledState === this.state && this.dueTimes.every((time) => time > this.clock.now());
  }

  /** What the controllers react to. */
  private get state(): string {
    return [this.objects.version, ...this.hooks.failures.map(({ image, as }) => `${image} ${as}`)].join();
  }

  /** From now on, containers with such an image fail. */
  fail(failure: Failure): void {
    this.hooks.failures.push(failure);
  }

  /** Takes a permission from the user: `create secrets`, `* ingresses.networking.k8s.io`. */
  deny(...permissions: readonly string[]): void {
    this.hooks.denied.push(...permissions);
  }

  serverVersion(): Promise<string> {
    return this.call('get', '--raw=/version', () => this.version);
  }

  find<T extends KubernetesObject>(object: string, namespace?: string, options: FindOptions = {}) {
    return this.call('get', object, () => {
      const found = this.read(object, namespace);
      return found && (shown(found, options.managedFields) as unknown as T);
    });
  }

  exists(object: string, namespace?: string): Promise<boolean> {
    return this.call('get', object, () => this.read(object, namespace) !== undefined);
  }

  list<T extends KubernetesObject>(kinds: string, namespace: string, selector: Selector = {}): Promise<T[]> {
    return this.call('get', kinds, () =>
      kinds.split(',').flatMap((word) => {
        const kind = this.kindNamed(word);
        if (!kind) throw new UnknownKindError(`kubectl get: error: the server doesn't have a resource type "${word}"`);
        const request = this.request('GET', kind, { namespace });
        refuseDenied(this.rules, request);
        const found = selected(this.objects.list(kind, kind.namespaced ? namespace : undefined), queryOf(selector));
        return found.map((object) => shown(object) as unknown as T);
      }),
    );
  }

  findAll(objects: readonly KubernetesManifest[]): Promise<KubernetesObject[]> {
    return this.call('get', '--filename', () =>
      objects.flatMap(({ kind, metadata }) => {
        const found = this.read(`${kind}/${metadata.name}`, metadata.namespace);
        return found ? [shown(found) as unknown as KubernetesObject] : [];
      }),
    );
  }

  secretKeys(name: string, namespace: string): Promise<ReadonlyMap<string, number>> {
    return this.call('get', `secret/${name}`, () => {
      const { data = {} } = this.read(`secret/${name}`, namespace) ?? {};
      return new Map(Object.entries(data).map(([key, value]) => [key, value.length]));
    });
  }

  create<T extends KubernetesObject>(object: KubernetesManifest, _?: RequestOptions): Promise<T> {
    return this.write<T>('create', object, (request) => create(this.objects, request));
  }

  replace<T extends KubernetesObject>(object: T, _?: RequestOptions): Promise<T> {
    return this.write<T>('replace', object, (request) => replace(this.objects, request));
  }

  async apply(objects: readonly KubernetesManifest[], fieldManager = 'kubectl'): Promise<void> {
    for (const object of objects) await this.write('apply', object, (request) => this.applied(request, fieldManager));
  }

  async validate(objects: readonly KubernetesManifest[], fieldManager: string): Promise<Refusal[]> {
    await this.call('apply', '--dry-run', () => undefined);
    return objects.flatMap((object) => {
      try {
        this.applied(this.requestFor('PATCH', object), fieldManager, true);
        return [];
      } catch (error) {
        const { message } = error as Error;
        const prefix = error instanceof ApiError ? `Error from server (${error.reason}): ` : '';
        const text = `${prefix}${message}`.replaceAll(/\n(?=\{)/g, ' ');
        return [{ message: text, isUserError: errorOf('apply', text) instanceof UsageError }];
      }
    });
  }

  patch(object: string, namespace: string, body: object): Promise<void> {
    return this.call('patch', object, () => {
      const { kind, name } = this.named(object);
      const request = this.request('PATCH', kind, { namespace, name, body });
      refuseDenied(this.rules, request);
      patch(this.objects, { ...request, contentType: 'application/merge-patch+json' });
    });
  }

  async delete(object: string, namespace: string, { wait }: DeleteOptions = {}): Promise<void> {
    await this.call('delete', object, () => {
      const { kind, name } = this.named(object);
      const key = { name, namespace: kind.namespaced ? namespace : undefined };
      const request = this.request('DELETE', kind, key);
      refuseDenied(this.rules, request);
      if (this.objects.find(kind, key)) remove(this.objects, request);
      // What the object owns goes with the next steps of the controllers.
      if (wait !== 'none') this.step(3);
    });
  }

  logs(pod: string, namespace: string, { container, tail, previous = false }: LogOptions = {}): Promise<string> {
    return this.call('logs', pod, () => {
      const { kind, name } = this.named(`pod/${pod}`);
      const request = this.request('GET', kind, { namespace, name });
      // kubectl reads the pod before its log.
      refuseDenied(this.rules, request);
      refuseDenied(this.rules, { ...request, subresource: 'log' });
      const found = this.objects.find(kind, { namespace, name });
      if (!found) throw notFound(kind, name);
      const query = new URLSearchParams({ previous: String(previous) });
      if (container !== undefined) query.set('container', container);
      if (tail !== undefined) query.set('tailLines', String(tail));
      return logOf(this.hooks, found, query);
    });
  }

  async exec(pod: string, namespace: string, { container, command, input = '' }: ExecRequest): Promise<string> {
    const answer = await this.call('exec', pod, () => {
      const { kind, name } = this.named(`pod/${pod}`);
      const request = this.request('GET', kind, { namespace, name });
      refuseDenied(this.rules, request);
      refuseDenied(this.rules, { ...request, method: 'POST', subresource: 'exec' });
      const found = this.objects.find(kind, { namespace, name }) as Pod | undefined;
      if (!found) throw notFound(kind, name);
      if (!isRunning(found, container)) {
        return { status: 1, stdout: '', stderr: `unable to upgrade connection: container not found ("${container}")` };
      }
      return this.hooks.exec({ namespace, pod, container, command: [...command], input });
    });
    if (answer.status === 0) return answer.stdout;
    throw toCommandError(`${command[0]} in ${pod}`, answer);
  }

  /** In the format of `diff -u`, whether it compares with a server-side apply or not. */
  diff(objects: readonly KubernetesManifest[], fieldManager = 'kubectl'): Promise<string> {
    return this.call('diff', '--filename', () =>
      unifiedDiffs(
        objects.map((object) => {
          const request = this.requestFor('PATCH', object);
          const before = this.objects.find(request.kind, placeOf(request));
          const after = this.applied(request, fieldManager, true);
          return { object, before: before && comparable(before), after: comparable(after) };
        }),
      ),
    );
  }

  reviewAccess(attributes: readonly ResourceAttributes[]): Promise<boolean[]> {
    return this.call('create', 'selfsubjectaccessreviews', () =>
      attributes.map(({ resource, subresource, namespace = '', name = '', ...rest }) => {
        const path = subresource === undefined ? resource : `${resource}/${subresource}`;
        return isAllowed(this.rules, { ...rest, resource: path, namespace, name });
      }),
    );
  }

  /**
   * Refuses what the user may not do, as the API does for a program that reads `objects` itself.
   * @throws ApiError of the API
   */
  authorize(verb: string, object: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): void {
    refuseDenied(this.rules, this.requestFor('GET', object), verb);
  }

  /** A call of the client: refused during an outage, and with kubectl's words if the API refuses it. */
  private async call<T>(verb: string, what: string, act: () => T | Promise<T>): Promise<T> {
    this.calls.push([verb, what]);
    await this.onCall(verb, what);
    if (this.outage !== undefined) throw errorOf(verb, this.outage);
    try {
      const answer = await act();
      await this.onAnswer(verb, what);
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw errorOf(verb, `Error from server (${error.reason}): ${error.message}`);
    }
  }

  private write<T>(verb: string, object: KubernetesManifest, act: (request: ApiRequest) => object): Promise<T> {
    return this.call(verb, `${object.kind.toLowerCase()}/${object.metadata.name}`, () => {
      const request = this.requestFor(methods[verb] ?? 'PATCH', object);
      refuseDenied(this.rules, request);
      const admit = (next: KubeObject) => refuseEscalation(this.rules, request.kind, next);
      return shown(act({ ...request, admit }) as KubeObject) as T;
    });
  }

  private applied(request: ApiRequest, manager: string, dryRun = false): KubeObject {
    const full: ApiRequest = {
      ...request,
      manager,
      dryRun,
      contentType: 'application/apply-patch+yaml',
      query: new URLSearchParams({ force: 'true' }),
      admit: (next) => refuseEscalation(this.rules, request.kind, next),
    };
    refuseDenied(this.rules, full);
    if (!this.objects.find(full.kind, placeOf(full))) refuseDenied(this.rules, full, 'create');
    return patch(this.objects, full);
  }

  /** An object that may be there; of an unknown kind there is none. */
  private read(object: string, namespace?: string): KubeObject | undefined {
    const { kind, name } = this.target(object);
    if (!kind) return undefined;
    const request = this.request('GET', kind, { name, namespace });
    refuseDenied(this.rules, request);
    return this.objects.find(kind, placeOf(request));
  }

  private named(object: string): { readonly kind: Kind; readonly name: string } {
    const { kind, name } = this.target(object);
    if (!kind) throw new Error(`the cluster has no kind ${object}`);
    return { kind, name };
  }

  private target(object: string): { readonly kind: Kind | undefined; readonly name: string } {
    const slash = object.indexOf('/');
    return { kind: this.kindNamed(object.slice(0, slash)), name: object.slice(slash + 1) };
  }

  /** The kind that a word means: `deployments`, `Deployment`, `deployments.apps`. */
  private kindNamed(word: string): Kind | undefined {
    const asked = word.toLowerCase();
    return this.objects.kinds.find(({ kind, plural, group }) => {
      const singular = kind.toLowerCase();
      return [singular, plural, `${plural}.${group}`, `${singular}.${group}`].includes(asked);
    });
  }

  private requestFor(method: string, object: KubernetesManifest): ApiRequest {
    const kind = this.objects.kindOf(object as KubeObject);
    const { name, namespace } = object.metadata;
    return this.request(method, kind, { name, namespace, body: object });
  }

  private request(
    method: string,
    kind: Kind,
    {
      name = '',
      namespace = '',
      body,
    }: { readonly name?: string; readonly namespace?: string; readonly body?: unknown },
  ): ApiRequest {
    return {
      method,
      kind,
      name,
      namespace: kind.namespaced ? namespace : '',
      subresource: '',
      query: new URLSearchParams(),
      contentType: 'application/json',
      manager: 'kubectl',
      dryRun: false,
      body,
    };
  }
}

const methods: Readonly<Record<string, string>> = { create: 'POST', replace: 'PUT', apply: 'PATCH' };

function placeOf({ kind, name, namespace }: ApiRequest): { readonly name: string; readonly namespace?: string } {
  return kind.namespaced ? { name, namespace } : { name };
}

function isRunning({ status }: Pod, container: string): boolean {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return statuses.some(({ name, state }) => name === container && state.running !== undefined);
}

/** An error as kubectl would report it. */
function errorOf(verb: string, stderr: string): Error {
  return toCommandError(`kubectl ${verb}`, { status: 1, stdout: '', stderr });
}

function queryOf({ labels = {}, fields = {} }: Selector): URLSearchParams {
  const joined = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
  return new URLSearchParams({ labelSelector: joined(labels), fieldSelector: joined(fields) });
}

/** An object as kubectl prints it: a copy of its own, and its managed fields only if they are asked for. */
function shown(object: KubeObject, managedFields = false): KubeObject {
  if (managedFields) return copyOf(object);
  const { managedFields: _, ...metadata } = object.metadata;
  return copyOf({ ...object, metadata });
}

/** A deep copy of plain data, ten times as fast as `structuredClone`. */
function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (!isFields(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) copy[key] = copyOf(value[key]);
  return copy as T;
}

/** An object without what every write changes. */
function comparable(object: KubeObject): object {
  const {
    resourceVersion: _,
    generation: __,
    uid: ___,
    creationTimestamp: ____,
    managedFields: _____,
    ...metadata
  } = object.metadata;
  return { ...object, metadata };
}
