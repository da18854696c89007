import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { LokiLogs } from '../../platform/settings/logs';
import { dataVolume } from '../../platform/workload-names';
import { SecretBundle } from '../config/secret-bundle';
import { findImage } from '../images';
import { type NamespaceScope, nameConfig, type WorkloadIdentity, type WorkloadProps } from '../kubernetes/metadata';
import { makePodUsage, type QuotaUsage, toCanonicalQuantity } from '../kubernetes/resources';
import { makeServerContainer, makeWebService } from '../kubernetes/server-container';
import { logsEndpoints } from '../monitoring/scrape-endpoints';
import { StatefulServer } from '../stateful/stateful-server';
import { bucketVariables, lokiFolder, writeLokiConfiguration } from './loki-configuration';

export interface LokiProps extends WorkloadProps {
  readonly settings: Pick<LokiLogs, 'server' | 'retention' | 'store'>;
}

export const lokiImage = findImage('loki');

/** UID of the user that the image creates for Loki. */
const uid = 10001;
const configFolder = '/etc/loki';

/** Name of its configuration file. */
export const lokiFile = 'loki.yaml';

/** Keys of the Secret with the credentials of Loki's bucket. */
export const logsSecretKeys = Object.values(bucketVariables);

/** Name of that Secret. */
export function nameLogsSecret(platform: string): string {
  return `${platform}-logs-secrets`;
}

/**
 * Loki as one process with one volume, beside Prometheus. While it is down, the collectors keep the lines on their nodes and
 * send them afterwards.
 */
export class Loki extends Construct {
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, { namespaceScope, settings, priorityClassName }: LokiProps) {
    super(scope, id);
    const { server, retention, store } = settings;
    const { resources, storage } = server;
    const identity: WorkloadIdentity = { ...namespaceScope, name: logsEndpoints.loki.name, component: 'logs' };
    this.quotaUsage = makePodUsage(identity.name, 1, [resources], [storage.size]);
    const files = { [lokiFile]: writeLokiConfiguration({ retention, store, memory: resources.limits.memory }) };
    new StatefulServer(this, 'server', {
      identity,
      uid,
      service: makeWebService(logsEndpoints.loki),
      pods: { kind: 'replicated', replicas: 1, stickySessions: false },
      storage,
      files,
      restartsOnChangeOf: files,
      priorityClassName,
      terminationGracePeriodSeconds: 300,
      pod: {
        containers: [this.container(namespaceScope, settings)],
        volumes: [
          { name: 'config', configMap: { name: nameConfig(identity) } },
          { name: 'tmp', emptyDir: { sizeLimit: toCanonicalQuantity('64Mi') } },
        ],
      },
    });
  }

  /** The credentials are variables, because Loki reads only those into its configuration. */
  private container(namespaceScope: NamespaceScope, { server, store }: LokiProps['settings']): k8s.Container {
    const { name, port } = logsEndpoints.loki;
    const secrets =
      store.kind === 'bucket'
        ? new SecretBundle(this, 'secrets', {
            namespaceScope,
            name: nameLogsSecret(namespaceScope.platform),
            keys: logsSecretKeys,
            source: store.secrets,
          })
        : undefined;
    return makeServerContainer({
      name,
      image: lokiImage,
      uid,
      port,
      args: [
        `-config.file=${configFolder}/${lokiFile}`,
        '-target=all',
        ...(secrets === undefined ? [] : ['-config.expand-env=true']),
      ],
      env: logsSecretKeys.flatMap((key) => (secrets === undefined ? [] : [secrets.variable(key)])),
      resources: server.resources,
      volumeMounts: [
        { name: dataVolume, mountPath: lokiFolder },
        { name: 'config', mountPath: configFolder, readOnly: true },
        { name: 'tmp', mountPath: '/tmp' },
      ],
      ready: { path: '/ready', port: 'metrics' },
      // It replays its write-ahead log first.
      startSeconds: 900,
    });
  }
}
