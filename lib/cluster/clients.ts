import type { Environment } from '../platform/environment';
import { UsageError } from '../platform/errors';
import { Helm } from './helm';
import type { HelmClient } from './helm-client';
import { Kubectl } from './kubectl';
import type { KubernetesClient } from './kubernetes-client';
import type { ProcessRunner } from './process';

/** Creates the clients of the user's clusters. */
export interface ClusterClients {
  /** Reads the current context of the user's kubeconfig; empty if there is none. */
  currentContext(): Promise<string>;
  /** Creates a client that stays in a context. */
  kubernetes(context: string): KubernetesClient;
  /**
   * Creates a client of the release of a namespace.
   * @throws UsageError if there is no Helm, or it is too old
   */
  helm(context: string, namespace: string): Promise<HelmClient>;
}

/**
 * The clients that run the user's kubectl and Helm.
 * @param run runs them
 */
export function createCommandLineClients(run: ProcessRunner): ClusterClients {
  return {
    currentContext: () => Kubectl.currentContext(run),
    kubernetes: (context) => new Kubectl(context, run),
    helm: (context, namespace) => Helm.create(context, namespace, run),
  };
}

/**
 * Connects to the cluster of an environment, if it is that of the user's current context.
 * @throws UsageError if the current context is another one
 */
export async function connect({ name, deployment }: Environment, clients: ClusterClients): Promise<KubernetesClient> {
  const current = await clients.currentContext();
  if (current === '') {
    throw new UsageError(`kubectl has no current context; run \`kubectl config use-context ${deployment.context}\``);
  }
  if (current !== deployment.context) {
    throw new UsageError(
      `the current context is ${current}, but ${name} is in ${deployment.context}; ` +
        `run \`kubectl config use-context ${deployment.context}\``,
    );
  }
  return clients.kubernetes(current);
}
