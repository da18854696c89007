import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { cacheWorkloads, redisHost, redisPort } from '../../platform/settings/cache';
import { thirdPartyImage } from '../images';
import {
  checksum,
  type NamespaceScope,
  selectorLabels,
  type WorkloadIdentity,
  workloadLabels,
  workloadMetadata,
} from '../kubernetes/metadata';
import {
  containerSecurity,
  noApiAccess,
  onLinux,
  podSecurity,
  pulledOnce,
  spreadAcrossNodes,
} from '../kubernetes/pod-defaults';
import type { QuotaUsage } from '../kubernetes/quota-usage';
import { resourceRequirements, smallResources } from '../kubernetes/resources';
import { Availability } from '../service/availability';
import { configName } from '../stateful/stateful-server';
import { proxyConfiguration, proxyFiles, proxyMetricsPort } from './proxy-configuration';
import { redisUids } from './redis-containers';

/** Image of the proxy. */
export const proxyImage = thirdPartyImage('haproxy');

const replicas = 2;
const resources = smallResources('250m', '192Mi');
const configPath = '/etc/haproxy';

/** Properties of a `RedisProxy`. */
export interface RedisProxyProps {
  readonly namespaceScope: NamespaceScope;
  readonly priorityClassName: string;
}

/** Two HAProxy pods behind the one address that clients know. They lead to the server that is the primary. */
export class RedisProxy extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  /** What its pods take of the namespace's quota: those of a rollout, old and new, and one more that ends. */
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, { namespaceScope, priorityClassName }: RedisProxyProps) {
    super(scope, id);
    this.identity = { ...namespaceScope, name: cacheWorkloads.proxy, component: 'cache' };
    const { identity } = this;
    this.quotaUsage = {
      workload: identity.name,
      pods: 2 * replicas + 1,
      containers: [resources],
      initContainers: [],
      claims: [],
    };
    const files = proxyConfiguration();
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: workloadMetadata(identity),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'config', { metadata: workloadMetadata(identity, configName(identity)), data: files });
    new k8s.KubeService(this, 'service', {
      metadata: workloadMetadata(identity, redisHost),
      spec: {
        type: 'ClusterIP',
        selector: selectorLabels(identity),
        ports: [{ name: 'redis', port: redisPort, targetPort: k8s.IntOrString.fromString('redis'), protocol: 'TCP' }],
      },
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: workloadMetadata(identity),
      spec: {
        replicas,
        selector: { matchLabels: selectorLabels(identity) },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
        },
        minReadySeconds: 10,
        revisionHistoryLimit: 5,
        template: {
          metadata: { labels: workloadLabels(identity), annotations: { 'checksum/config': checksum(files) } },
          spec: proxyPod(identity, priorityClassName),
        },
      },
    });
    new Availability(this, 'availability', { identity, scaling: { kind: 'fixed', replicas } });
  }
}

function proxyPod(identity: WorkloadIdentity, priorityClassName: string): k8s.PodSpec {
  return {
    serviceAccountName: identity.name,
    ...noApiAccess,
    ...onLinux,
    priorityClassName,
    securityContext: podSecurity(redisUids.proxy),
    ...spreadAcrossNodes(identity.name, replicas),
    terminationGracePeriodSeconds: 30,
    containers: [proxyContainer()],
    volumes: [{ name: 'config', configMap: { name: configName(identity) } }],
  };
}

/** Connections of a stopped proxy are cut, and clients connect to the other: pools never end theirs by themselves. */
function proxyContainer(): k8s.Container {
  const get = (path: string) => ({ httpGet: { path, port: k8s.IntOrString.fromString('metrics') }, timeoutSeconds: 5 });
  return {
    name: 'haproxy',
    image: proxyImage,
    ...pulledOnce,
    command: ['sh', `${configPath}/${proxyFiles.start}`],
    env: [
      { name: 'CONFIG_FILE', value: `${configPath}/${proxyFiles.config}` },
      // Exists where the kernel has IPv6.
      { name: 'IPV6_FILE', value: '/proc/net/if_inet6' },
    ],
    ports: [
      { name: 'redis', containerPort: redisPort, protocol: 'TCP' },
      { name: 'metrics', containerPort: proxyMetricsPort, protocol: 'TCP' },
    ],
    securityContext: containerSecurity(redisUids.proxy),
    resources: resourceRequirements(resources),
    startupProbe: { ...get('/live'), periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { ...get('/ready'), periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...get('/live'), periodSeconds: 10, failureThreshold: 6 },
    lifecycle: { preStop: { exec: { command: ['/bin/sleep', '10'] } } },
    volumeMounts: [{ name: 'config', mountPath: configPath, readOnly: true }],
  };
}
