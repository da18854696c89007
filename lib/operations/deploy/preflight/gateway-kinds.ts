import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import { type Permission, resourceOf } from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { Problem } from '../../../platform/errors';
import { missingKinds } from './custom-kinds';

/** What brings the kinds of a group. */
const providers: Readonly<Record<string, string>> = {
  'gateway.networking.k8s.io': 'the Gateway API',
  'gateway.envoyproxy.io': 'Envoy Gateway 1.9 or newer',
  'gateway.nginx.org': 'NGINX Gateway Fabric 2.6 or newer',
};

/** A kind that manifests use, and a namespace in which they do. */
interface UsedKind {
  readonly resource: string;
  readonly namespace: string;
  readonly provider: string;
}

/** Lists the permissions to check whether the cluster has the kinds of a Gateway, if the manifests have one. */
export function gatewayPermissions(objects: readonly KubernetesManifest[]): Permission[] {
  return usedKinds(objects).map(({ resource, namespace }) => ({ verb: 'list', resource, namespace }));
}

/** Lists the kinds of a Gateway that the manifests use and the cluster does not have. */
export async function missingGatewayKinds(
  kubectl: KubernetesClient,
  objects: readonly KubernetesManifest[],
): Promise<Problem[]> {
  const problems = usedKinds(objects).map(async ({ resource, namespace, provider }) => {
    const missing = await missingKinds(kubectl, [resource], namespace);
    return missing.map((kind) => {
      const remedy = `install ${provider} (docs/guides/gateway.md), or state another edge.kind or implementation`;
      return `the cluster has no kind ${kind}; ${remedy}`;
    });
  });
  return (await Promise.all(problems)).flat();
}

function usedKinds(objects: readonly KubernetesManifest[]): UsedKind[] {
  const used = objects.flatMap((object) => {
    const provider = providers[object.apiVersion.split('/')[0] ?? ''];
    const { namespace } = object.metadata;
    return provider === undefined || namespace === undefined
      ? []
      : [{ resource: resourceOf(object), namespace, provider }];
  });
  return [...new Map(used.map((kind) => [kind.resource, kind])).values()];
}
