import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { user } from './access';
import { apiServer } from './api';
import { startControllers } from './controllers/loop';
import { defaultHooks, type Failure, type Hooks } from './hooks';
import { initialObjects } from './initial-objects';
import type { KubeObject } from './objects';
import { Store } from './store';

export interface ClusterOptions {
  /** Context of its kubeconfig. */
  readonly context: string;
  /** Objects besides the initial ones. @default - none */
  readonly objects?: readonly KubeObject[];
}

/** A Kubernetes cluster without nodes: the API over HTTP, and controllers that mark pods as running. */
export interface Cluster {
  /** Path of a kubeconfig whose current context is this cluster. */
  readonly kubeconfig: string;
  /** Address of the API. */
  readonly server: string;
  /** The objects in it, to read and to write. */
  readonly objects: Store;
  /** What a test decides about it. */
  readonly hooks: Hooks;
  /** From now on, containers with such an image fail. */
  fail(failure: Failure): void;
  /** How Jobs end from now on. */
  onJob(outcome: Hooks['job']): void;
  /** The result of `kubectl exec` from now on. */
  onExec(answer: Hooks['exec']): void;
  /** Takes a permission from the user: `create secrets`, `* ingresses.networking.k8s.io`. */
  deny(...permissions: readonly string[]): void;
  /** From now on the user may do only what roles in the cluster grant. */
  enforceRoles(): void;
  stop(): Promise<void>;
}

/**
 * Starts a cluster in this process. A client must not block the process meanwhile: run programs with `spawn`,
 * not with `spawnSync`.
 */
export async function startCluster({ context, objects = [] }: ClusterOptions): Promise<Cluster> {
  const [store, hooks] = [new Store(), defaultHooks()];
  for (const object of [...initialObjects, ...objects]) store.create(object);
  const stopControllers = startControllers(store, hooks);
  const api = apiServer(store, hooks).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const server = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(context, server)), { mode: 0o600 });
  return {
    kubeconfig,
    server,
    objects: store,
    hooks,
    fail: (failure) => void hooks.failures.push(failure),
    onJob: (outcome) => Object.assign(hooks, { job: outcome }),
    onExec: (answer) => Object.assign(hooks, { exec: answer }),
    deny: (...permissions) => void hooks.denied.push(...permissions),
    enforceRoles: () => Object.assign(hooks, { enforcesRoles: true }),
    stop: async () => {
      stopControllers();
      api.closeAllConnections();
      api.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function kubeconfigOf(context: string, server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [{ name: context, cluster: { server } }],
    users: [{ name: user, user: {} }],
    contexts: [{ name: context, context: { cluster: context, user } }],
  };
}
