/** A finding that we live with. */
export interface Accepted {
  readonly reason: string;
  readonly where: readonly string[];
}

const nodeExporter = 'cluster DaemonSet/node-exporter';
const services = ['backend-api', 'chat-server', 'stream-server'];
const ourWorkloads = inBoth(services.map((name) => `Deployment/veza-${name}`));
const ourContainers = inBoth(services.map((name) => `Deployment/veza-${name} ${name}`));
const stores = inBoth(['StatefulSet/postgres', 'StatefulSet/redis']);
const exporters = ['production', 'staging'].flatMap((environment) =>
  ['kube-state-metrics', 'blackbox-exporter'].map((name) => `${environment}-monitoring Deployment/${name}`),
);
const singleDeployments = ['production', 'staging'].flatMap((environment) => [
  ...exporters.filter((where) => where.startsWith(environment)),
  `${environment} Deployment/postgres-backup-store`,
]);
const backupStore = inBoth(['Deployment/postgres-backup-store']);
const ourImages = 'UID and GID 1001 are built into our images';
const ownPurpose = 'the node-exporter reads the node: its network, its processes, its file systems';
const otherSolver = 'the pods of cert-manager that answer a challenge are not ours, and call nobody';

/** Findings that we live with, by the rule that they break. There is no other, and none that does not occur. */
export const accepted: Readonly<Record<string, Accepted>> = {
  S2: { reason: ourImages, where: ourWorkloads },
  S2c: { reason: ourImages, where: ourContainers },
  S3: { reason: ourImages, where: ourWorkloads },
  S3c: { reason: ourImages, where: ourContainers },
  S11n: { reason: ownPurpose, where: [nodeExporter] },
  S11p: { reason: ownPurpose, where: [nodeExporter] },
  S13: { reason: ownPurpose, where: [nodeExporter] },
  I6: { reason: "our images read their secrets from variables; the database's own is a file", where: ourContainers },
  I8: {
    reason: "the guide's JWT_ACCESS_TOKEN_TTL is no secret, and an autoscaler owns the replicas that Polaris misses",
    where: [
      'production ConfigMap/veza-config',
      ...services.map((name) => `production Deployment/veza-${name}`),
      'staging ConfigMap/veza-config',
    ],
  },
  R5: {
    reason: 'a store is single, for its volume belongs to one pod; two exporters would tell the same; staging is small',
    where: [
      ...singleDeployments,
      'production-monitoring StatefulSet/grafana',
      ...stores.slice(0, 2),
      ...['prometheus', 'alertmanager', 'grafana'].map((name) => `staging-monitoring StatefulSet/${name}`),
      ...stores.slice(2),
    ],
  },
  R16: {
    reason: 'a scrape that is cut off is tried again, and their images may hold no sleep',
    where: singleDeployments,
  },
  R13: { reason: 'its volume is on one node, which a second pod on another would wait for', where: backupStore },
  R11: { reason: 'a DaemonSet has one pod on each node anyway', where: [nodeExporter] },
  R12: { reason: "the cluster's own system-node-critical: the last pod to be evicted", where: [nodeExporter] },
  N1w: {
    reason: 'a policy does not reach a pod in the network of its node, and nobody calls a job',
    where: [nodeExporter, ...inBoth(['CronJob/postgres-backup'])],
  },
  N1b: {
    reason: `nobody calls a job; ${otherSolver}`,
    where: inBoth(['NetworkPolicy/postgres-backup', 'NetworkPolicy/acme-http-solver']),
  },
  N2: { reason: otherSolver, where: inBoth(['NetworkPolicy/acme-http-solver']) },
  N6: { reason: ownPurpose, where: ['cluster Namespace/veza-nodes'] },
};

function inBoth(names: readonly string[]): string[] {
  return ['production', 'staging'].flatMap((environment) => names.map((name) => `${environment} ${name}`));
}
