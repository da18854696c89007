import type { KubernetesManifest } from '../manifests/manifest';

/** An object as the Kubernetes API returns it; what else it contains depends on its kind. */
export interface KubernetesObject extends KubernetesManifest {
  readonly metadata: KubernetesManifest['metadata'] & {
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
    readonly generation?: number;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
    /** Only with `managedFields` in the options of `find`. */
    readonly managedFields?: readonly { readonly time?: string }[];
  };
}

/**
 * What the operations need of a live cluster. Objects are named as kubectl names them: `deployment/veza-chat-server`,
 * kinds as in `deployments,pods`.
 *
 * Every method throws UsageError if the cluster cannot be reached or denies access, and ApiError otherwise.
 */
export interface KubernetesClient {
  /** Name of the kubeconfig context that it works in. */
  readonly context: string;
  /** Reads the version of the API server, such as `v1.34.2`, to which providers add words of their own; else `unknown`. */
  serverVersion(): Promise<string>;
  /** Reads one object; undefined if there is none, or the cluster does not know its kind. @default namespace - none */
  find<T extends KubernetesObject>(object: string, namespace?: string, options?: FindOptions): Promise<T | undefined>;
  /** Checks whether an object exists, without reading its content. @default namespace - none */
  exists(object: string, namespace?: string): Promise<boolean>;
  /**
   * Lists objects of some kinds in a namespace; of cluster-scoped kinds, all of them.
   * @throws UnknownKindError if the cluster does not know the kind
   */
  list<T extends KubernetesObject>(kinds: string, namespace: string, selector?: Selector): Promise<T[]>;
  /** Reads those of some objects that exist, whatever their kinds and namespaces. */
  findAll(objects: readonly KubernetesManifest[]): Promise<KubernetesObject[]>;
  /** Lists the keys of a Secret with the length of each value in base64; the values stay in the cluster. */
  secretKeys(name: string, namespace: string): Promise<ReadonlyMap<string, number>>;
  /** Creates an object and returns it as stored. An ApiError with reason AlreadyExists says that it is there. */
  create<T extends KubernetesObject>(object: KubernetesManifest, options?: RequestOptions): Promise<T>;
  /** Replaces an object. An ApiError with reason Conflict says that its resourceVersion is outdated. */
  replace<T extends KubernetesObject>(object: T, options?: RequestOptions): Promise<T>;
  /** Applies objects on the server and takes over fields of other managers. @default fieldManager - the client's own */
  apply(objects: readonly KubernetesManifest[], fieldManager?: string): Promise<void>;
  /** Validates objects on the server (dry run of `apply`) and returns what it refuses. */
  validate(objects: readonly KubernetesManifest[], fieldManager: string): Promise<Refusal[]>;
  /** Merges a patch into an object (JSON merge patch). */
  patch(object: string, namespace: string, patch: object): Promise<void>;
  /** Deletes an object, if it exists. */
  delete(object: string, namespace: string, options?: DeleteOptions): Promise<void>;
  /** Reads the log of a pod. */
  logs(pod: string, namespace: string, options?: LogOptions): Promise<string>;
  /** Runs a command in a container and returns its standard output. */
  exec(pod: string, namespace: string, request: ExecRequest): Promise<string>;
  /**
   * Compares manifests with the cluster; empty if nothing differs.
   * @param fieldManager compares with a server-side apply of this manager, in the format of `diff -u`.
   *   @default - compares with a client-side apply, in the format of the user's own diff program
   */
  diff(objects: readonly KubernetesManifest[], fieldManager?: string): Promise<string>;
  /** Reviews whether the user has each permission, in their order. */
  reviewAccess(attributes: readonly ResourceAttributes[]): Promise<boolean[]>;
}

/** Options of reading an object. */
export interface FindOptions extends RequestOptions {
  /** Whether `metadata.managedFields` is returned. @default false */
  readonly managedFields?: boolean;
}

export interface RequestOptions {
  /** Seconds after which the request fails. @default - no limit */
  readonly timeoutSeconds?: number;
}

/** Narrows a list down to objects with these labels, and with these values of fields. */
export interface Selector {
  readonly labels?: Readonly<Record<string, string>>;
  /** Values by path: `involvedObject.name`. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Options of deleting an object. */
export interface DeleteOptions {
  /** Whether to remove a pod at once, although its node does not confirm that it ended. @default false */
  readonly force?: boolean;
  /** `dependents` waits until the object and what it owns are gone, `none` for nothing. @default - until it is gone */
  readonly wait?: 'dependents' | 'none';
  /** Seconds to wait. @default - no limit */
  readonly timeoutSeconds?: number;
}

export interface LogOptions {
  /** @default - the only container */
  readonly container?: string;
  /** Number of last lines. @default - all */
  readonly tail?: number;
  /** Whether to read the log of the container before its last restart. @default false */
  readonly previous?: boolean;
}

/** A command to run in a container. */
export interface ExecRequest {
  readonly container: string;
  readonly command: readonly string[];
  /** Standard input. @default - none */
  readonly input?: string;
}

/** One refusal of the API server. */
export interface Refusal {
  readonly message: string;
  /** Whether the user lacks a permission, or the server cannot be reached; otherwise the object is at fault. */
  readonly isUserError: boolean;
}

/** An action that the API checks permissions for. */
export interface ResourceAttributes {
  readonly verb: string;
  /** API group; empty for the core group. */
  readonly group: string;
  /** Plural name of the kind: `jobs`. */
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}
