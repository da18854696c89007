import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BundledMonitoring } from '../../platform/settings/monitoring';
import type { Receivers } from '../../platform/settings/receivers';
import { dataVolume } from '../../platform/workload-names';
import type { SecretBundle } from '../config/secret-bundle';
import { thirdPartyImage } from '../images';
import { configName, type NamespaceScope, type WorkloadIdentity } from '../kubernetes/metadata';
import { fieldReference } from '../kubernetes/pod-defaults';
import { podUsage, type QuotaUsage } from '../kubernetes/resources';
import { serverContainer, webArgs, webService } from '../kubernetes/server-container';
import { governingService, StatefulServer } from '../stateful/stateful-server';
import { alertmanagerConfiguration } from './alerting/alertmanager-configuration';
import { alertmanagerKeys, secretFiles } from './monitoring-secrets';
import { gossipPort, monitoringEndpoints } from './scrape-endpoints';

/** Properties of an `Alertmanager`. */
export interface AlertmanagerProps {
  readonly namespaceScope: NamespaceScope;
  readonly settings: BundledMonitoring['alertmanager'];
  /** URL at which users open it; links in messages start with it. */
  readonly externalUrl: string;
  readonly receivers: Receivers;
  readonly secrets: SecretBundle;
  readonly priorityClassName: string;
}

const image = thirdPartyImage('alertmanager');
const uid = 65534;
const configFolder = '/etc/alertmanager';
const configFile = 'alertmanager.yml';
const secretsFolder = '/etc/alertmanager-secrets';
const dataFolder = '/alertmanager';

/** Alertmanager with a volume for each replica, which keeps silences and sent notifications. */
export class Alertmanager extends Construct {
  /** Usage of the namespace's quota by its pods. */
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, props: AlertmanagerProps) {
    super(scope, id);
    const { namespaceScope, settings, externalUrl, receivers, secrets, priorityClassName } = props;
    const { name } = monitoringEndpoints.alertmanager;
    const { replicas, resources, storage } = settings;
    const identity: WorkloadIdentity = { ...namespaceScope, name, component: 'alerting' };
    this.quotaUsage = podUsage(identity.name, replicas, [resources], [storage.size]);
    const files = { [configFile]: alertmanagerConfiguration(receivers, secretsFolder) };
    new StatefulServer(this, 'server', {
      identity,
      uid,
      service: webService(monitoringEndpoints.alertmanager),
      pods: { kind: 'replicated', replicas, stickySessions: false },
      storage,
      files,
      restartsOnChangeOf: files,
      priorityClassName,
      terminationGracePeriodSeconds: 60,
      pod: {
        containers: [container(settings, externalUrl)],
        volumes: [
          { name: 'config', configMap: { name: configName(identity) } },
          secretFiles(secrets, alertmanagerKeys(receivers)),
        ],
      },
    });
  }
}

function container({ replicas, resources }: BundledMonitoring['alertmanager'], externalUrl: string): k8s.Container {
  const { name, port } = monitoringEndpoints.alertmanager;
  return serverContainer({
    name,
    image,
    uid,
    port,
    args: [
      `--config.file=${configFolder}/${configFile}`,
      `--storage.path=${dataFolder}`,
      ...webArgs(externalUrl),
      '--data.retention=120h',
      ...clusterArgs(replicas),
    ],
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: fieldReference('status.podIP') } }],
    ports: replicas === 1 ? [] : gossipPorts,
    resources,
    volumeMounts: [
      { name: dataVolume, mountPath: dataFolder },
      { name: 'config', mountPath: configFolder, readOnly: true },
      { name: 'secrets', mountPath: secretsFolder, readOnly: true },
    ],
    ready: { path: '/-/ready', port: 'metrics' },
    startSeconds: 120,
  });
}

const gossipPorts: k8s.ContainerPort[] = [
  { name: 'gossip', containerPort: gossipPort, protocol: 'TCP' },
  { name: 'gossip-udp', containerPort: gossipPort, protocol: 'UDP' },
];

/** Each replica lists all, so that the last one to start finds the others. A single replica needs no cluster. */
function clusterArgs(replicas: number): string[] {
  const { name } = monitoringEndpoints.alertmanager;
  if (replicas === 1) return ['--cluster.listen-address='];
  return [
    `--cluster.listen-address=[$(POD_IP)]:${gossipPort}`,
    ...Array.from(
      { length: replicas },
      (_, index) => `--cluster.peer=${name}-${index}.${governingService({ name })}:${gossipPort}`,
    ),
  ];
}
