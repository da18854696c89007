import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BundledMonitoring } from '../../platform/settings/monitoring';
import type { Receivers } from '../../platform/settings/receivers';
import { dataVolume } from '../../platform/workload-names';
import type { SecretBundle } from '../config/secret-bundle';
import { findImage } from '../images';
import { nameConfig, type WorkloadIdentity, type WorkloadProps } from '../kubernetes/metadata';
import { makeFieldReference } from '../kubernetes/pod-defaults';
import { makePodUsage, type QuotaUsage } from '../kubernetes/resources';
import { makeServerContainer, makeWebArgs, makeWebService } from '../kubernetes/server-container';
import { nameGoverningService, StatefulServer } from '../stateful/stateful-server';
import { writeAlertmanagerConfiguration } from './alerting/alertmanager-configuration';
import { listAlertmanagerKeys, makeSecretFiles } from './monitoring-secrets';
import { gossipPort, monitoringEndpoints } from './scrape-endpoints';

export interface AlertmanagerProps extends WorkloadProps {
  readonly settings: BundledMonitoring['alertmanager'];
  /** URL at which users open it; links in messages start with it. */
  readonly externalUrl: string;
  readonly receivers: Receivers;
  readonly secrets: SecretBundle;
}

const image = findImage('alertmanager');
const uid = 65534;
const configFolder = '/etc/alertmanager';
const configFile = 'alertmanager.yml';
const secretsFolder = '/etc/alertmanager-secrets';
const dataFolder = '/alertmanager';

/** Alertmanager with a volume for each replica, which keeps silences and sent notifications. */
export class Alertmanager extends Construct {
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, props: AlertmanagerProps) {
    super(scope, id);
    const { namespaceScope, settings, externalUrl, receivers, secrets, priorityClassName } = props;
    const { name } = monitoringEndpoints.alertmanager;
    const { replicas, resources, storage } = settings;
    const identity: WorkloadIdentity = { ...namespaceScope, name, component: 'alerting' };
    this.quotaUsage = makePodUsage(identity.name, replicas, [resources], [storage.size]);
    const files = { [configFile]: writeAlertmanagerConfiguration(receivers, secretsFolder) };
    new StatefulServer(this, 'server', {
      identity,
      uid,
      service: makeWebService(monitoringEndpoints.alertmanager),
      pods: { kind: 'replicated', replicas, stickySessions: false },
      storage,
      files,
      restartsOnChangeOf: files,
      priorityClassName,
      terminationGracePeriodSeconds: 60,
      pod: {
        containers: [makeContainer(settings, externalUrl)],
        volumes: [
          { name: 'config', configMap: { name: nameConfig(identity) } },
          makeSecretFiles(secrets, listAlertmanagerKeys(receivers)),
        ],
      },
    });
  }
}

function makeContainer({ replicas, resources }: BundledMonitoring['alertmanager'], externalUrl: string): k8s.Container {
  const { name, port } = monitoringEndpoints.alertmanager;
  return makeServerContainer({
    name,
    image,
    uid,
    port,
    args: [
      `--config.file=${configFolder}/${configFile}`,
      `--storage.path=${dataFolder}`,
      ...makeWebArgs(externalUrl),
      '--data.retention=120h',
      ...makeClusterArgs(replicas),
    ],
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: makeFieldReference('status.podIP') } }],
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
function makeClusterArgs(replicas: number): string[] {
  const { name } = monitoringEndpoints.alertmanager;
  if (replicas === 1) return ['--cluster.listen-address='];
  return [
    `--cluster.listen-address=[$(POD_IP)]:${gossipPort}`,
    ...Array.from(
      { length: replicas },
      (_, index) => `--cluster.peer=${name}-${index}.${nameGoverningService({ name })}:${gossipPort}`,
    ),
  ];
}
