import { type Environment, runVeza, staging, veza } from '@veza/manifests';

const small = {
  requests: { cpu: '50m', memory: '64Mi', ephemeralStorage: '64Mi' },
  limits: { cpu: '200m', memory: '128Mi', ephemeralStorage: '128Mi' },
};

const extensions: Environment<typeof veza>['extensions'] = [
  // Labels and annotations of any object.
  {
    target: { kind: 'Namespace', name: 'veza-extended' },
    labels: { 'cost-center': 'streaming' },
    annotations: { 'example.com/owner': 'team-a' },
  },

  // A role of AWS (IRSA), on the account that the services share.
  {
    target: { kind: 'ServiceAccount', name: 'veza-service-account' },
    annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/veza' },
  },

  // An identity of Azure, for one service: an account of its own, and the label on its pods.
  {
    target: { service: 'backend-api' },
    pod: {
      labels: { 'azure.workload.identity/use': 'true' },
      serviceAccount: {
        labels: {},
        annotations: { 'azure.workload.identity/client-id': '00000000-0000-0000-0000-000000000000' },
      },
    },
  },

  // Google's workload identity: the account's annotation, and the way to the metadata server of the node.
  {
    target: { service: 'chat-server' },
    pod: {
      serviceAccount: {
        labels: {},
        annotations: { 'iam.gke.io/gcp-service-account': 'chat@example-project.iam.gserviceaccount.com' },
      },
      calls: [
        { name: 'metadata server', cidrs: ['169.254.169.252/32'], ports: [988] },
        { name: 'metadata', cidrs: ['169.254.169.254/32'], ports: [80] },
      ],
    },
  },

  // Nodes of their own: selector, toleration, affinity, spread over racks, and a class that is evicted later.
  {
    target: { service: 'stream-server' },
    pod: {
      annotations: { 'example.com/scan': 'weekly' },
      nodeSelector: { 'example.com/pool': 'streaming' },
      tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'streaming', effect: 'NoSchedule' }],
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 50,
              preference: { matchExpressions: [{ key: 'example.com/disk', operator: 'In', values: ['nvme'] }] },
            },
          ],
        },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'example.com/rack',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { app: 'veza-stream-server' } },
        },
      ],
      priorityClassName: 'system-cluster-critical',
      runtimeClassName: 'gvisor',
    },
  },

  // Variables and a volume for the first container, a sidecar and an init container from a partner's registry.
  {
    target: { service: 'stream-server' },
    pod: {
      env: [{ name: 'MODELS_PATH', value: '/models' }],
      volumes: [{ name: 'models', emptyDir: { sizeLimit: '256Mi' } }],
      volumeMounts: [{ name: 'models', mountPath: '/models', readOnly: true }],
      initContainers: [
        {
          name: 'fetch-models',
          image: 'registry.example.com/models:v7',
          uid: 65532,
          resources: small,
          args: ['--into', '/models'],
          volumeMounts: [{ name: 'models', mountPath: '/models' }],
        },
      ],
      sidecars: [
        {
          name: 'token-proxy',
          image: 'registry.example.com/token-proxy:v1.2.3',
          uid: 65532,
          resources: small,
          ports: { proxy: 8090 },
          readinessProbe: { httpGet: { path: '/ready', port: 'proxy' } },
        },
      ],
      imagePullSecrets: ['partner-registry'],
      calls: ['https'],
    },
  },

  // Monitoring servers too; they are in a namespace of their own.
  {
    target: { kind: 'StatefulSet', name: 'prometheus', namespace: 'veza-extended-monitoring' },
    pod: { nodeSelector: { 'example.com/pool': 'monitoring' } },
  },

  // The last resort: a patch (RFC 6902) of the finished object.
  {
    target: { service: 'chat-server' },
    patch: [
      { op: 'test', path: '/spec/minReadySeconds', value: 10 },
      { op: 'replace', path: '/spec/minReadySeconds', value: 20 },
      { op: 'add', path: '/spec/template/spec/dnsConfig', value: { options: [{ name: 'ndots', value: '2' }] } },
    ],
  },
];

const extended: Environment<typeof veza> = {
  ...{ ...staging, name: 'extended', namespace: 'veza-extended', domain: 'extended.example.com' },
  extensions,
};

runVeza({ platform: veza, environments: [extended], cluster: 'none' });
