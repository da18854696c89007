import { type KubernetesClient, UnknownKindError } from '../../../cluster/kubernetes-client';

/** Lists the custom kinds that a cluster does not have: `clusters.postgresql.cnpg.io`. */
export async function missingKinds(
  kubectl: KubernetesClient,
  kinds: readonly string[],
  namespace: string,
): Promise<string[]> {
  const existing = await Promise.all(kinds.map((kind) => hasKind(kubectl, kind, namespace)));
  return kinds.filter((_, index) => !existing[index]);
}

async function hasKind(kubectl: KubernetesClient, kind: string, namespace: string): Promise<boolean> {
  return kubectl.list(kind, namespace).then(
    () => true,
    (error: unknown) => {
      if (error instanceof UnknownKindError) return false;
      throw error;
    },
  );
}
