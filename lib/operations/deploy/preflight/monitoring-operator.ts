import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import type { Permission } from '../../../cluster/permissions';
import type { Environment } from '../../../platform/environment';
import type { Problem } from '../../../platform/errors';
import { missingKinds } from './custom-kinds';

const grafanaGroup = 'grafana.integreatly.org';

/** Lists the permissions to check whether the cluster has the kinds of monitoring by an operator. */
export function monitoringOperatorPermissions(environment: Environment): Permission[] {
  const { namespace } = environment;
  return kindsOf(environment).map((resource) => ({ verb: 'list', resource, namespace }));
}

/** Lists the kinds that monitoring by an operator needs and the cluster does not have. */
export async function missingMonitoringOperator(
  kubectl: KubernetesClient,
  environment: Environment,
): Promise<Problem[]> {
  const missing = await missingKinds(kubectl, kindsOf(environment), environment.namespace);
  return missing.map((kind) => {
    const operator = kind.endsWith(grafanaGroup) ? 'the Grafana Operator' : 'the Prometheus Operator';
    return `the cluster has no kind ${kind}; install ${operator} (docs/monitoring.md), or state another monitoring.kind`;
  });
}

function kindsOf({ monitoring, logs }: Environment): string[] {
  if (monitoring.kind !== 'operator') return [];
  const { alerts, dashboards } = monitoring;
  return [
    'podmonitors.monitoring.coreos.com',
    'probes.monitoring.coreos.com',
    'prometheusrules.monitoring.coreos.com',
    ...(alerts.kind === 'receivers' ? ['alertmanagerconfigs.monitoring.coreos.com'] : []),
    ...(dashboards.kind === 'grafana-operator'
      ? ['grafanadashboards', ...(logs.kind === 'none' ? [] : ['grafanadatasources'])].map(
          (kind) => `${kind}.${grafanaGroup}`,
        )
      : []),
  ];
}
