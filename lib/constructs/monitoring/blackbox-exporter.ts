import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { Entrance } from '../../platform/settings/edge';
import { writeYaml } from '../../platform/yaml';
import { findImage } from '../images';
import { computeChecksum, nameConfig, type WorkloadIdentity, type WorkloadProps } from '../kubernetes/metadata';
import { makePodUsage, makeSmallResources, type QuotaUsage } from '../kubernetes/resources';
import { makeServerContainer, makeWebService } from '../kubernetes/server-container';
import {
  addConfigMap,
  addDeployment,
  addService,
  addServiceAccount,
  countDeploymentPods,
} from '../kubernetes/workload-objects';
import { monitoringEndpoints } from './scrape-endpoints';

export interface BlackboxExporterProps extends WorkloadProps {
  readonly publicCertificates: Entrance['publicCertificates'];
}

/** Name of the module that probes public hosts. */
export const probeModule = 'https';

const image = findImage('blackbox-exporter');
const uid = 65534;
const resources = makeSmallResources('100m', '64Mi');
const configFolder = '/etc/blackbox';
const configFile = 'blackbox.yml';

/** Expects a 2xx response over TLS. Redirects are not followed: the probe is about this page. */
function makeModules(publicCertificates: Entrance['publicCertificates']): Record<string, unknown> {
  const untrusted = publicCertificates === 'untrusted' ? { tls_config: { insecure_skip_verify: true } } : {};
  const http = { method: 'GET', follow_redirects: false, fail_if_not_ssl: true, preferred_ip_protocol: 'ip4' };
  return { [probeModule]: { prober: 'http', timeout: '10s', http: { ...http, ...untrusted } } };
}

/** The blackbox exporter, which probes public hosts as a user would. */
export class BlackboxExporter extends Construct {
  readonly quotaUsage: QuotaUsage;

  constructor(
    scope: Construct,
    id: string,
    { namespaceScope, priorityClassName, publicCertificates }: BlackboxExporterProps,
  ) {
    super(scope, id);
    const files = { [configFile]: writeYaml({ modules: makeModules(publicCertificates) }) };
    const identity: WorkloadIdentity = {
      ...namespaceScope,
      name: monitoringEndpoints.blackbox.name,
      component: 'probes',
    };
    this.quotaUsage = makePodUsage(identity.name, countDeploymentPods(), [resources]);
    addConfigMap(this, identity, files);
    addService(this, identity, makeWebService(monitoringEndpoints.blackbox));
    addServiceAccount(this, identity);
    addDeployment(this, {
      identity,
      uid,
      priorityClassName,
      annotations: { 'checksum/config': computeChecksum(files) },
      pod: {
        containers: [makeContainer()],
        volumes: [{ name: 'config', configMap: { name: nameConfig(identity) } }],
      },
    });
  }
}

function makeContainer(): k8s.Container {
  const { name, port } = monitoringEndpoints.blackbox;
  return makeServerContainer({
    name,
    image,
    uid,
    port,
    args: [`--config.file=${configFolder}/${configFile}`],
    resources,
    volumeMounts: [{ name: 'config', mountPath: configFolder, readOnly: true }],
    ready: { path: '/-/healthy', port: 'metrics' },
    startSeconds: 30,
  });
}
