import { Construct } from 'constructs';
import type { PrometheusSettings } from '../../platform/settings/prometheus';
import { parseQuantity } from '../../platform/settings/quantity';
import type { RemoteWrite } from '../../platform/settings/remote-write';
import { dataVolume } from '../../platform/workload-names';
import type { SecretBundle } from '../config/secret-bundle';
import { findImage } from '../images';
import { k8s } from '../kubernetes/k8s';
import { makeMetadata, nameConfig, type WorkloadIdentity, type WorkloadProps } from '../kubernetes/metadata';
import { apiToken, makeFieldReference } from '../kubernetes/pod-defaults';
import { makePodUsage, type QuotaUsage } from '../kubernetes/resources';
import { makeServerContainer, makeWebArgs, makeWebService } from '../kubernetes/server-container';
import { StatefulServer } from '../stateful/stateful-server';
import { makeRemoteWriteVolumes } from './remote-write';
import { monitoringEndpoints } from './scrape-endpoints';

export interface PrometheusProps extends WorkloadProps {
  readonly settings: PrometheusSettings;
  /** URL at which users open it; links in messages start with it. */
  readonly externalUrl: string;
  /** Content of prometheus.yml, which loads the rule files of `rulesFolder`. */
  readonly configuration: string;
  /** Rule files: name -> content. */
  readonly rules: Readonly<Record<string, string>>;
  /** Servers that the configuration sends samples to. */
  readonly remoteWrite: readonly RemoteWrite[];
  /** The monitoring's Secret, which has their credentials. */
  readonly secrets: SecretBundle;
}

export const prometheusImage = findImage('prometheus');
const uid = 65534;
const configFolder = '/etc/prometheus';
const configFile = 'prometheus.yml';
const dataFolder = '/prometheus';

/** Folder of the rule files in the pod. */
export const rulesFolder = '/etc/prometheus-rules';

/**
 * Prometheus with a volume for each replica. All replicas scrape and evaluate the same.
 * A client stays with one replica, because their samples differ slightly. Changed configuration and rules are loaded
 * within two minutes without a restart and without the lifecycle API, which could stop the server. Invalid files are
 * ignored.
 */
export class Prometheus extends Construct {
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, props: PrometheusProps) {
    super(scope, id);
    const { namespaceScope, settings, configuration, rules, priorityClassName } = props;
    const { name } = monitoringEndpoints.prometheus;
    const { replicas, resources, storage } = settings;
    const identity: WorkloadIdentity = { ...namespaceScope, name, component: 'metrics' };
    this.quotaUsage = makePodUsage(identity.name, replicas, [resources], [storage.size]);
    const rulesName = `${name}-rules`;
    const { volumes, volumeMounts } = makeRemoteWriteVolumes(props.remoteWrite, props.secrets);
    new k8s.KubeConfigMap(this, 'rules', { metadata: makeMetadata(identity, rulesName), data: rules });
    new StatefulServer(this, 'server', {
      identity,
      uid,
      service: makeWebService(monitoringEndpoints.prometheus),
      pods: { kind: 'replicated', replicas, stickySessions: true },
      storage,
      files: { [configFile]: configuration },
      priorityClassName,
      terminationGracePeriodSeconds: 300,
      pod: {
        containers: [makeContainer(props, volumeMounts)],
        volumes: [
          { name: 'config', configMap: { name: nameConfig(identity) } },
          { name: 'rules', configMap: { name: rulesName } },
          apiToken.volume,
          ...volumes,
        ],
      },
    });
  }
}

function makeContainer(
  { settings, externalUrl }: PrometheusProps,
  ownMounts: readonly k8s.VolumeMount[],
): k8s.Container {
  const { resources, retention } = settings;
  const { name, port } = monitoringEndpoints.prometheus;
  return makeServerContainer({
    name,
    image: prometheusImage,
    uid,
    port,
    args: [
      `--config.file=${configFolder}/${configFile}`,
      ...makeWebArgs(externalUrl),
      '--enable-feature=auto-reload-config',
      '--config.auto-reload-interval=30s',
      `--storage.tsdb.path=${dataFolder}`,
      `--storage.tsdb.retention.time=${retention.days}d`,
      // Prometheus' own units look decimal but are binary.
      `--storage.tsdb.retention.size=${Math.floor(parseQuantity(retention.size))}B`,
    ],
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: makeFieldReference('metadata.name') } }],
    resources,
    volumeMounts: [
      { name: dataVolume, mountPath: dataFolder },
      { name: 'config', mountPath: configFolder, readOnly: true },
      { name: 'rules', mountPath: rulesFolder, readOnly: true },
      apiToken.mount,
      ...ownMounts,
    ],
    ready: { path: '/-/ready', port: 'metrics' },
    startSeconds: 900,
  });
}
