import { type AddOn, type Environment, runVeza, staging, veza } from '@veza/manifests';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';

/** A message queue as another project may have written it: it knows nothing of this platform. */
function addQueue(scope: Construct, name: string, labels: Record<string, string>, priorityClassName: string): void {
  const amounts = { cpu: '200m', memory: '256Mi', 'ephemeral-storage': '256Mi' };
  const ports = [
    { name: 'queue', containerPort: 4222, protocol: 'TCP' },
    { name: 'metrics', containerPort: 7777, protocol: 'TCP' },
  ];
  const container = {
    name,
    image: 'registry.example.com/queue:v2.10.1',
    ports,
    resources: { requests: amounts, limits: amounts },
    readinessProbe: { tcpSocket: { port: 'queue' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
  };
  const podSecurity = { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } };
  new ApiObject(scope, 'account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name },
    automountServiceAccountToken: false,
  });
  new ApiObject(scope, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: labels.app } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          priorityClassName,
          securityContext: podSecurity,
          containers: [container],
        },
      },
    },
  });
  new ApiObject(scope, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: { selector: { app: labels.app }, ports: [{ name: 'queue', port: 4222, targetPort: 4222, protocol: 'TCP' }] },
  });
}

const amounts = { cpu: '200m', memory: '256Mi', ephemeralStorage: '256Mi' };

/** The queue in an environment of the platform: who calls it, what it takes, and where it is scraped. */
const queue: AddOn = {
  name: 'queue',
  workloads: () => [
    {
      usage: {
        workload: 'queue',
        // One pod, the one that a rollout adds, and an old one that still ends.
        pods: 3,
        containers: [{ requests: amounts, limits: amounts }],
        initContainers: [],
        claims: [],
      },
      calls: [],
      calledBy: [{ name: 'backend-api', ports: [4222] }],
      metricsPort: 7777,
    },
  ],
  make: (scope, { labels, priorities }) => addQueue(scope, 'queue', labels('queue', 'queue'), priorities.stores),
  alerts: ({ namespaceScope }) => [
    {
      name: 'QueueFull',
      severity: 'warning',
      expr: `queue_messages{job="queue", namespace="${namespaceScope.namespace}"} > 1000`,
      for: '10m',
      summary: 'The queue of {{ $labels.instance }} is full',
      description: '{{ $labels.instance }} has held {{ $value }} messages for 10 minutes.',
      runbook: 'https://example.com/runbooks/QueueFull',
    },
  ],
};

/** A volume that a service keeps its work on. */
const work: AddOn = {
  name: 'stream-work',
  workloads: () => [],
  claims: ['20Gi'],
  make: (scope) => {
    new ApiObject(scope, 'claim', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'stream-work' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'standard',
        resources: { requests: { storage: '20Gi' } },
      },
    });
  },
};

/** Only one pod at a time can have the volume, so the old one ends before the new one starts. */
const mounted: Environment<typeof veza>['extensions'][number] = {
  target: { service: 'stream-server' },
  pod: {
    volumes: [{ name: 'work', persistentVolumeClaim: { claimName: 'stream-work' } }],
    volumeMounts: [{ name: 'work', mountPath: '/work' }],
  },
  patch: [{ op: 'replace', path: '/spec/strategy', value: { type: 'Recreate' } }],
};

const queued: Environment<typeof veza> = {
  ...{ ...staging, name: 'queued', namespace: 'veza-queued', domain: 'queued.example.com' },
  addOns: [queue, work],
  extensions: [mounted],
  services: {
    ...staging.services,
    'stream-server': { ...staging.services['stream-server'], scaling: { kind: 'fixed', replicas: 1 } },
  },
};

runVeza({ platform: veza, environments: [queued], cluster: 'none' });
