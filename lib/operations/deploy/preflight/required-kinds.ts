import { UnknownKindError } from '../../../cluster/errors';
import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import { formatResource, type Permission } from '../../../cluster/permissions';
import type { KubernetesManifest } from '../../../manifests/manifest';
import type { Environment } from '../../../platform/environment';
import type { Problem } from '../../../platform/errors';

/** A custom kind that an environment uses, and how a cluster gets it. */
interface RequiredKind {
  readonly resource: string;
  readonly namespace: string;
  readonly remedy: string;
}

/** Lists the permissions to check whether the cluster has the kinds of a Gateway and of monitoring by an operator. */
export function listKindPermissions(environment: Environment, objects: readonly KubernetesManifest[]): Permission[] {
  return listRequiredKinds(environment, objects).map(({ resource, namespace }) => ({
    verb: 'list',
    resource,
    namespace,
  }));
}

/** Lists the kinds of a Gateway and of monitoring by an operator that an environment uses and the cluster does not have. */
export async function findMissingRequiredKinds(
  kubectl: KubernetesClient,
  environment: Environment,
  objects: readonly KubernetesManifest[],
): Promise<Problem[]> {
  const problems = listRequiredKinds(environment, objects).map(async ({ resource, namespace, remedy }) => {
    const exists = await hasKind(kubectl, resource, namespace);
    return exists ? [] : [`the cluster has no kind ${resource}; ${remedy}`];
  });
  return (await Promise.all(problems)).flat();
}

/** Lists the custom kinds that a cluster does not have: `clusters.postgresql.cnpg.io`. */
export async function findMissingKinds(
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

function listRequiredKinds(environment: Environment, objects: readonly KubernetesManifest[]): RequiredKind[] {
  return [...listMonitoringKinds(environment), ...listGatewayKinds(objects)];
}

function listMonitoringKinds({ namespace, monitoring, logs }: Environment): RequiredKind[] {
  if (monitoring.kind !== 'operator') return [];
  const { alerts, dashboards } = monitoring;
  const prometheusKinds = [
    ...['podmonitors', 'probes', 'prometheusrules'],
    ...(alerts.kind === 'receivers' ? ['alertmanagerconfigs'] : []),
  ];
  const grafanaKinds =
    dashboards.kind === 'grafana-operator'
      ? ['grafanadashboards', ...(logs.kind === 'none' ? [] : ['grafanadatasources'])]
      : [];
  const require = (kinds: readonly string[], group: string, operator: string) =>
    kinds.map((kind) => ({
      resource: `${kind}.${group}`,
      namespace,
      remedy: `install ${operator} (docs/monitoring.md), or state another monitoring.kind`,
    }));
  return [
    ...require(prometheusKinds, 'monitoring.coreos.com', 'the Prometheus Operator'),
    ...require(grafanaKinds, 'grafana.integreatly.org', 'the Grafana Operator'),
  ];
}

/** What brings the kinds of a group. */
const gatewayProviders: Readonly<Record<string, string>> = {
  'gateway.networking.k8s.io': 'the Gateway API',
  'gateway.envoyproxy.io': 'Envoy Gateway 1.9 or newer',
  'gateway.nginx.org': 'NGINX Gateway Fabric 2.6 or newer',
};

function listGatewayKinds(objects: readonly KubernetesManifest[]): RequiredKind[] {
  const used = objects.flatMap((object): RequiredKind[] => {
    const provider = gatewayProviders[object.apiVersion.split('/')[0] ?? ''];
    const { namespace } = object.metadata;
    if (provider === undefined || namespace === undefined) return [];
    const remedy = `install ${provider} (docs/guides/gateway.md), or state another edge.kind or implementation`;
    return [{ resource: formatResource(object), namespace, remedy }];
  });
  return [...new Map(used.map((kind) => [kind.resource, kind])).values()];
}
