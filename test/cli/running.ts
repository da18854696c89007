import { type Manifest, readManifests } from '../support/manifests';

const hour = 3_600_000;

/** A time some hours from now. */
function inHours(hours: number): string {
  return new Date(Date.now() + hours * hour).toISOString();
}

/** What a cluster runs once some manifests were applied to it and everything went well. */
export function running(manifests: readonly Manifest[]): object[] {
  return manifests.flatMap((manifest) => {
    if (manifest.kind === 'Deployment' || manifest.kind === 'StatefulSet') return runningWorkload(manifest);
    if (manifest.kind === 'Service') return [manifest, slice(manifest, manifests)];
    if (manifest.kind === 'CronJob') return [];
    return [manifest];
  });
}

/** The CronJob of the backups, which has succeeded some hours ago. */
export function backedUp(namespace: string, hours: number): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'postgres-backup', namespace },
    spec: { jobTemplate: { spec: { template: { spec: { containers: [{ args: ['create'] }] } } } } },
    status: { lastSuccessfulTime: inHours(-hours) },
  };
}

/** The certificates that Ingresses show, good for some days. */
export function certificates(manifests: readonly Manifest[], days: number): object[] {
  const secrets = manifests.flatMap(({ kind, spec }) => (kind === 'Ingress' ? (spec?.tls ?? []) : []));
  return secrets.map(({ secretName }) => ({
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: secretName, namespace: 'veza-staging' },
    spec: { secretName },
    status: { notAfter: inHours(days * 24 + 1), conditions: [{ type: 'Ready', status: 'True' }] },
  }));
}

/** The manifests of staging, namespace by namespace. */
export function stagingManifests(): Map<string, Manifest[]> {
  const files = readManifests('dist');
  const read = (...names: readonly string[]) => names.flatMap((name) => files.get(`${name}.k8s.yaml`) ?? []);
  return new Map([
    ['veza-staging', read('staging')],
    ['veza-staging-monitoring', read('staging-monitoring', 'staging.dashboards')],
  ]);
}

function runningWorkload(manifest: Manifest): object[] {
  const replicas = manifest.spec?.replicas ?? 1;
  const { name, namespace } = manifest.metadata;
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  const pods = Array.from({ length: replicas }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-${index}`, namespace, creationTimestamp: inHours(-5) },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  }));
  const workload = { ...manifest, metadata: { ...manifest.metadata, generation: 1 } };
  return [{ ...workload, status: { observedGeneration: 1, ...counts } }, ...pods];
}

function slice({ metadata: { name, namespace }, spec }: Manifest, manifests: readonly Manifest[]): object {
  const app = (spec?.selector as { app?: string } | undefined)?.app;
  const behind = manifests.find(({ spec: workload }) => workload?.template?.metadata.labels?.app === app);
  const endpoints = Array.from({ length: behind?.spec?.replicas ?? 1 }, (_, index) => ({
    addresses: [`10.0.0.${index}`],
    conditions: { ready: true },
  }));
  const metadata = { name: `${name}-x`, namespace, labels: { 'kubernetes.io/service-name': name } };
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, endpoints };
}
