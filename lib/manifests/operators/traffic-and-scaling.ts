import { listInertKinds, type OperatorKind } from './operator-kind';

const gatewayApi = 'https://gateway-api.sigs.k8s.io/reference/spec/';
const envoy = 'https://gateway.envoyproxy.io/docs/api/extension_types/';
const nginx = 'https://docs.nginx.com/nginx-gateway-fabric/reference/api/';
const traefik = 'https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/';
const keda = 'https://keda.sh/docs/latest/reference';
const rollouts = 'https://argo-rollouts.readthedocs.io/en/stable/features/specification/';
const knative = 'https://knative.dev/docs/serving/reference/serving-api/';

/** Gateway API and its implementations, Traefik, Argo Rollouts, KEDA and Knative Serving. */
export const trafficAndScaling: readonly OperatorKind[] = [
  {
    kind: 'Gateway',
    group: 'gateway.networking.k8s.io',
    source: 'https://gateway-api.sigs.k8s.io/geps/gep-1762/',
    makes: [
      {
        type: 'Service',
        name: '{name}-{spec.gatewayClassName}',
        ports: [':{spec.listeners[].port}'],
        labels: { 'gateway.networking.k8s.io/gateway-name': '{name}' },
      },
    ],
    pods: [
      {
        labels: {
          'gateway.networking.k8s.io/gateway-name': '{name}',
          'gateway.networking.k8s.io/gateway-class-name': '{spec.gatewayClassName}',
          'app.kubernetes.io/name': '{name}-{spec.gatewayClassName}',
        },
        labelsFrom: ['spec.infrastructure.labels'],
      },
      {
        // Envoy Gateway runs its proxies in its own namespace, or in that of the Gateway.
        labels: {
          'app.kubernetes.io/name': 'envoy',
          'app.kubernetes.io/component': 'proxy',
          'app.kubernetes.io/managed-by': 'envoy-gateway',
          'gateway.envoyproxy.io/owning-gateway-name': '{name}',
          'gateway.envoyproxy.io/owning-gateway-namespace': '{namespace}',
        },
        labelsFrom: ['spec.infrastructure.labels'],
        isAnywhere: true,
      },
    ],
    isOpen: true,
  },
  ...listInertKinds(
    'gateway.networking.k8s.io',
    gatewayApi,
    'BackendTLSPolicy GRPCRoute HTTPRoute ListenerSet ReferenceGrant TCPRoute TLSRoute UDPRoute',
  ),
  ...listInertKinds('gateway.networking.k8s.io', gatewayApi, 'GatewayClass', true),
  ...listInertKinds(
    'gateway.envoyproxy.io',
    envoy,
    'Backend BackendTrafficPolicy ClientTrafficPolicy EnvoyExtensionPolicy EnvoyPatchPolicy EnvoyProxy HTTPRouteFilter SecurityPolicy',
  ),
  ...listInertKinds(
    'gateway.nginx.org',
    nginx,
    'ClientSettingsPolicy NginxProxy ObservabilityPolicy ProxySettingsPolicy RateLimitPolicy SnippetsFilter UpstreamSettingsPolicy',
  ),
  ...listInertKinds(
    'traefik.io',
    traefik,
    'IngressRoute IngressRouteTCP IngressRouteUDP Middleware MiddlewareTCP ServersTransport ServersTransportTCP TLSOption TLSStore TraefikService',
  ),
  {
    kind: 'Rollout',
    group: 'argoproj.io',
    source: rollouts,
    podTemplate: { path: ['spec', 'template'], labels: { 'rollouts-pod-template-hash': '*' } },
    pods: [
      {
        labels: {},
        labelsFrom: [
          'spec.template.metadata.labels',
          'spec.strategy.canary.canaryMetadata.labels',
          'spec.strategy.canary.steps[].experiment.templates[].metadata.labels',
          'spec.strategy.blueGreen.previewMetadata.labels',
        ],
        when: ['spec.strategy'],
      },
      {
        labels: {},
        labelsFrom: [
          'spec.template.metadata.labels',
          'spec.strategy.canary.stableMetadata.labels',
          'spec.strategy.blueGreen.activeMetadata.labels',
        ],
        when: ['spec.strategy'],
      },
    ],
  },
  {
    kind: 'Experiment',
    group: 'argoproj.io',
    source: 'https://argo-rollouts.readthedocs.io/en/stable/features/experiment/',
    pods: [{ labels: {}, labelsFrom: ['spec.templates[].template.metadata.labels'] }],
  },
  ...listInertKinds('argoproj.io', rollouts, 'AnalysisTemplate AnalysisRun'),
  ...listInertKinds('argoproj.io', rollouts, 'ClusterAnalysisTemplate', true),
  {
    kind: 'ScaledObject',
    group: 'keda.sh',
    source: `${keda}/scaledobject-spec/`,
    makes: [
      { type: 'HorizontalPodAutoscaler.autoscaling', name: '{spec.advanced.horizontalPodAutoscalerConfig.name}' },
      { type: 'HorizontalPodAutoscaler.autoscaling', name: 'keda-hpa-{name}' },
    ],
  },
  {
    kind: 'ScaledJob',
    group: 'keda.sh',
    source: `${keda}/scaledjob-spec/`,
    podTemplate: {
      path: ['spec', 'jobTargetRef', 'template'],
      labels: { 'scaledjob.keda.sh/name': '{name}', 'job-name': '*' },
    },
  },
  ...listInertKinds('keda.sh', 'https://keda.sh/docs/latest/concepts/authentication/', 'TriggerAuthentication'),
  ...listInertKinds(
    'keda.sh',
    'https://keda.sh/docs/latest/concepts/authentication/',
    'ClusterTriggerAuthentication',
    true,
  ),
  {
    kind: 'Service',
    group: 'serving.knative.dev',
    source: knative,
    makes: [
      { type: 'Service', name: '{name}', ports: ['http2:80'] },
      { type: 'Service', name: '{spec.template.metadata.name}' },
      { type: 'Service', name: '{spec.template.metadata.name}-private' },
      { type: 'Service', name: '{spec.traffic[].tag}-{name}' },
      { type: 'Service', name: '{name}-#' },
      { type: 'Service', name: '{name}-#-private' },
      { type: 'Configuration.serving.knative.dev', name: '{name}' },
      { type: 'Route.serving.knative.dev', name: '{name}' },
    ],
    podTemplate: {
      path: ['spec', 'template'],
      labels: {
        'serving.knative.dev/service': '{name}',
        'serving.knative.dev/configuration': '{name}',
        'serving.knative.dev/revision': '*',
        'serving.knative.dev/revisionUID': '*',
      },
      hasUnknownPorts: true,
    },
  },
];
