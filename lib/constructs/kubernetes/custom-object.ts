import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';

const certManager = 'cert-manager.io/v1';
const gatewayApi = 'gateway.networking.k8s.io/v1';
const envoyGateway = 'gateway.envoyproxy.io/v1alpha1';
const nginxGatewayFabric = 'gateway.nginx.org/v1alpha1';
const traefik = 'traefik.io/v1alpha1';
const cloudNativePg = 'postgresql.cnpg.io/v1';
const prometheusOperator = 'monitoring.coreos.com';
const grafanaOperator = 'grafana.integreatly.org/v1beta1';
const argoCd = 'argoproj.io/v1alpha1';

/** The kinds of operators that we make, in the versions of their CRDs. */
const apiVersions = {
  Certificate: certManager,
  Issuer: certManager,
  Gateway: gatewayApi,
  HTTPRoute: gatewayApi,
  BackendTrafficPolicy: envoyGateway,
  ClientTrafficPolicy: envoyGateway,
  ClientSettingsPolicy: nginxGatewayFabric,
  ProxySettingsPolicy: nginxGatewayFabric,
  RateLimitPolicy: nginxGatewayFabric,
  NginxProxy: 'gateway.nginx.org/v1alpha2',
  IngressRoute: traefik,
  Middleware: traefik,
  ServersTransport: traefik,
  Cluster: cloudNativePg,
  ScheduledBackup: cloudNativePg,
  ObjectStore: 'barmancloud.cnpg.io/v1',
  PodMonitor: `${prometheusOperator}/v1`,
  Probe: `${prometheusOperator}/v1`,
  PrometheusRule: `${prometheusOperator}/v1`,
  AlertmanagerConfig: `${prometheusOperator}/v1alpha1`,
  GrafanaDashboard: grafanaOperator,
  GrafanaDatasource: grafanaOperator,
  AppProject: argoCd,
  ApplicationSet: argoCd,
  GitRepository: 'source.toolkit.fluxcd.io/v1',
  Kustomization: 'kustomize.toolkit.fluxcd.io/v1',
} as const;

/** Makes an object of an operator. Tests hold its fields against the schema of its CRD. */
export function addCustomObject(
  scope: Construct,
  id: string,
  kind: keyof typeof apiVersions,
  metadata: k8s.ObjectMeta,
  spec: object,
): ApiObject {
  return new ApiObject(scope, id, { apiVersion: apiVersions[kind], kind, metadata, spec });
}
