import { Construct } from 'constructs';
import { cacheWorkloads, redisHost, redisPort } from '../../platform/settings/cache';
import { findImage } from '../images';
import { k8s } from '../kubernetes/k8s';
import { computeChecksum, nameConfig, type WorkloadIdentity, type WorkloadProps } from '../kubernetes/metadata';
import { pulledOnce, secureContainer } from '../kubernetes/pod-defaults';
import { makePodUsage, makeSmallResources, type QuotaUsage, toRequirements } from '../kubernetes/resources';
import {
  addConfigMap,
  addDeployment,
  addDisruptionBudget,
  addService,
  addServiceAccount,
  countDeploymentPods,
} from '../kubernetes/workload-objects';
import { proxyFiles, proxyMetricsPort, writeProxyConfiguration } from './proxy-configuration';
import { redisUids } from './redis-containers';

const proxyImage = findImage('haproxy');

const replicas = 2;
const resources = makeSmallResources('250m', '192Mi');
const configPath = '/etc/haproxy';

/** Two HAProxy pods behind the one address that clients know. They route to the server that is the primary. */
export class RedisProxy extends Construct {
  /** The workload, as its labels and those of its pods describe it. */
  readonly identity: WorkloadIdentity;
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, { namespaceScope, priorityClassName }: WorkloadProps) {
    super(scope, id);
    this.identity = { ...namespaceScope, name: cacheWorkloads.proxy, component: 'cache' };
    const { identity } = this;
    this.quotaUsage = makePodUsage(identity.name, countDeploymentPods(replicas), [resources]);
    const files = writeProxyConfiguration();
    addServiceAccount(this, identity);
    addConfigMap(this, identity, files);
    addService(this, identity, { name: redisHost, portName: 'redis', port: redisPort, targetPort: 'redis' });
    addDeployment(this, {
      identity,
      uid: redisUids.proxy,
      priorityClassName,
      replicas,
      annotations: { 'checksum/config': computeChecksum(files) },
      pod: {
        containers: [makeProxyContainer()],
        volumes: [{ name: 'config', configMap: { name: nameConfig(identity) } }],
      },
    });
    addDisruptionBudget(this, identity);
  }
}

/** Connections of a stopped proxy are cut, and clients connect to the other: pools never end theirs by themselves. */
function makeProxyContainer(): k8s.Container {
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
    securityContext: secureContainer(redisUids.proxy),
    resources: toRequirements(resources),
    startupProbe: { ...get('/live'), periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { ...get('/ready'), periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...get('/live'), periodSeconds: 10, failureThreshold: 6 },
    lifecycle: { preStop: { exec: { command: ['/bin/sleep', '10'] } } },
    volumeMounts: [{ name: 'config', mountPath: configPath, readOnly: true }],
  };
}
