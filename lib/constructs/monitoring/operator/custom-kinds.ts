import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';

const prometheusOperator = 'monitoring.coreos.com';
const grafanaOperator = 'grafana.integreatly.org';

/** The kinds of the Prometheus Operator and the Grafana Operator that we make, in the versions of their CRDs. */
const apiVersions = {
  PodMonitor: `${prometheusOperator}/v1`,
  Probe: `${prometheusOperator}/v1`,
  PrometheusRule: `${prometheusOperator}/v1`,
  AlertmanagerConfig: `${prometheusOperator}/v1alpha1`,
  GrafanaDashboard: `${grafanaOperator}/v1beta1`,
  GrafanaDatasource: `${grafanaOperator}/v1beta1`,
} as const;

/** Makes an object of an operator. Tests hold its fields against the schema of its CRD. */
export function addCustomObject(
  scope: Construct,
  id: string,
  kind: keyof typeof apiVersions,
  props: { readonly metadata: k8s.ObjectMeta; readonly spec: object },
): void {
  new ApiObject(scope, id, { apiVersion: apiVersions[kind], kind, ...props });
}
