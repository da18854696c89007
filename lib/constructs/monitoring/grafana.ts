import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BundledMonitoring } from '../../platform/settings/monitoring';
import { dataVolume } from '../../platform/workload-names';
import type { SecretBundle } from '../config/secret-bundle';
import { findImage } from '../images';
import { nameConfig, type WorkloadProps } from '../kubernetes/metadata';
import { makePodUsage, type QuotaUsage, toCanonicalQuantity } from '../kubernetes/resources';
import { makeServerContainer, makeWebService } from '../kubernetes/server-container';
import { StatefulServer } from '../stateful/stateful-server';
import type { Dashboard } from './dashboards/dashboard';
import { makeDashboardVolume, makeGrafanaIdentity, nameDashboardFile } from './grafana-dashboards';
import { writeDashboardProvider, writeDataSources, writeGrafanaIni } from './grafana-provisioning';
import { grafanaKeys, grafanaPasswordKey, grafanaSecretKeyKey, makeSecretFiles } from './monitoring-secrets';
import { logsEndpoints, monitoringEndpoints } from './scrape-endpoints';

export interface GrafanaProps extends WorkloadProps {
  readonly settings: BundledMonitoring['grafana'];
  /** URL at which users open it; links in messages start with it. */
  readonly externalUrl: string;
  /** Dashboards; the first is shown first. */
  readonly dashboards: readonly Dashboard[];
  /** Whether there is a Loki to ask. */
  readonly logs: 'collected' | 'none';
  readonly secrets: SecretBundle;
}

export const grafanaImage = findImage('grafana');
const uid = 65534;
const configFolder = '/etc/grafana';
const secretsFolder = '/etc/grafana-secrets';
const dashboardsFolder = '/etc/grafana-dashboards';
const dataFolder = '/var/lib/grafana';

/** Files of the ConfigMap, and their paths in Grafana's configuration folder. */
const files = {
  'grafana.ini': 'grafana.ini',
  'datasources.yaml': 'provisioning/datasources/prometheus.yaml',
  'dashboards.yaml': 'provisioning/dashboards/platform.yaml',
} as const;

/**
 * Grafana with the platform's dashboards. It has one pod, because it keeps its users in a file.
 * It has no public host: users open it by `kubectl port-forward`.
 */
export class Grafana extends Construct {
  readonly quotaUsage: QuotaUsage;

  constructor(scope: Construct, id: string, props: GrafanaProps) {
    super(scope, id);
    const { namespaceScope, settings, dashboards, secrets, priorityClassName } = props;
    const { resources, storage } = settings;
    const identity = makeGrafanaIdentity(namespaceScope);
    this.quotaUsage = makePodUsage(identity.name, 1, [resources], [storage.size]);
    const fileContents = writeConfiguration(props);
    new StatefulServer(this, 'server', {
      identity,
      uid,
      service: makeWebService(monitoringEndpoints.grafana),
      pods: { kind: 'replicated', replicas: 1, stickySessions: false },
      storage,
      files: fileContents,
      restartsOnChangeOf: fileContents,
      priorityClassName,
      terminationGracePeriodSeconds: 60,
      pod: {
        containers: [makeContainer(settings)],
        volumes: [
          {
            name: 'config',
            configMap: {
              name: nameConfig(identity),
              items: Object.entries(files).map(([key, path]) => ({ key, path })),
            },
          },
          makeDashboardVolume('dashboards', dashboards),
          makeSecretFiles(secrets, grafanaKeys),
          { name: 'tmp', emptyDir: { sizeLimit: toCanonicalQuantity('64Mi') } },
        ],
      },
    });
  }
}

function writeConfiguration({
  namespaceScope,
  dashboards,
  externalUrl,
  logs,
}: GrafanaProps): Record<keyof typeof files, string> {
  const { prometheus } = monitoringEndpoints;
  const { loki } = logsEndpoints;
  const [first] = dashboards;
  return {
    'grafana.ini': writeGrafanaIni(first ? `${dashboardsFolder}/${nameDashboardFile(first)}` : '', externalUrl),
    'datasources.yaml': writeDataSources({
      prometheus: `http://${prometheus.name}:${prometheus.port}`,
      loki: logs === 'collected' ? `http://${loki.name}:${loki.port}` : 'none',
    }),
    'dashboards.yaml': writeDashboardProvider(namespaceScope.platform, dashboardsFolder),
  };
}

function makeContainer({ resources }: BundledMonitoring['grafana']): k8s.Container {
  const { name, port } = monitoringEndpoints.grafana;
  return makeServerContainer({
    name,
    image: grafanaImage,
    uid,
    port,
    // Grafana reads the files when it starts. In an environment variable or in grafana.ini, scanners would report
    // settings with these names as literal secrets.
    args: [
      `cfg:security.admin_password=$__file{${secretsFolder}/${grafanaPasswordKey}}`,
      `cfg:security.secret_key=$__file{${secretsFolder}/${grafanaSecretKeyKey}}`,
    ],
    resources,
    volumeMounts: [
      { name: dataVolume, mountPath: dataFolder },
      { name: 'config', mountPath: configFolder, readOnly: true },
      { name: 'dashboards', mountPath: dashboardsFolder, readOnly: true },
      { name: 'secrets', mountPath: secretsFolder, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ],
    ready: { path: '/api/health', port: 'metrics' },
    startSeconds: 180,
  });
}
