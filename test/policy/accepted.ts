import { environments } from '../../lib/veza/environments/environments';
import { veza } from '../../lib/veza/veza';

/** A finding that we live with. */
export interface Accepted {
  readonly reason: string;
  /** Where it occurs, as patterns of what its subjects are called; each of them occurs. */
  readonly where: readonly RegExp[];
}

const service = `veza-(${veza.services.map(({ name }) => name).join('|')})`;
const small = environments.filter(({ monitoring }) => monitoring.prometheus.replicas === 1).map(({ name }) => name);

const nodeExporter = /^cluster DaemonSet\/node-exporter$/;
const ourWorkloads = new RegExp(` Deployment/${service}$`);
const ourContainers = new RegExp(` Deployment/${service} [\\w-]+$`);
const backupStore = / Deployment\/postgres-backup-store$/;
const singleDeployments = [/-monitoring Deployment\/(kube-state-metrics|blackbox-exporter)$/, backupStore];
const ourImages = 'UID and GID 1001 are built into our images';
const ownPurpose = 'the node-exporter reads the node: its network, its processes, its file systems';
const otherSolver = 'the pods of cert-manager that answer a challenge are not ours, and open no connections';

/** Findings that we live with, by the rule that they break. There is no other, and none that does not occur. */
export const accepted: Readonly<Record<string, Accepted>> = {
  S2: { reason: ourImages, where: [ourWorkloads] },
  S2c: { reason: ourImages, where: [ourContainers] },
  S3: { reason: ourImages, where: [ourWorkloads] },
  S3c: { reason: ourImages, where: [ourContainers] },
  S11n: { reason: ownPurpose, where: [nodeExporter] },
  S11p: { reason: ownPurpose, where: [nodeExporter] },
  S13: { reason: ownPurpose, where: [nodeExporter] },
  I6: { reason: "our images read their secrets from variables; the database's own is a file", where: [ourContainers] },
  I8: {
    reason: "the guide's JWT_ACCESS_TOKEN_TTL is no secret, and an autoscaler owns the replicas that Polaris misses",
    where: [/ ConfigMap\/veza-config$/, ourWorkloads],
  },
  R5: {
    reason: 'a store is single, for its volume belongs to one pod; two exporters would tell the same; staging is small',
    where: [
      ...singleDeployments,
      /-monitoring StatefulSet\/grafana$/,
      / StatefulSet\/(postgres|redis)$/,
      new RegExp(`^(${small.join('|')})-monitoring StatefulSet/(prometheus|alertmanager)$`),
    ],
  },
  R16: {
    reason: 'a scrape that is cut off is tried again, and their images may hold no sleep',
    where: singleDeployments,
  },
  R13: { reason: 'its volume is on one node, which a second pod on another would wait for', where: [backupStore] },
  R11: { reason: 'a DaemonSet has one pod on each node anyway', where: [nodeExporter] },
  R12: { reason: "the cluster's own system-node-critical: the last pod to be evicted", where: [nodeExporter] },
  N1w: {
    reason: 'a policy does not reach a pod in the network of its node, and no pod connects to a job',
    where: [nodeExporter, / CronJob\/postgres-backup$/],
  },
  N1b: {
    reason: `no pod connects to a job; ${otherSolver}`,
    where: [/ NetworkPolicy\/postgres-backup$/, / NetworkPolicy\/acme-http-solver$/],
  },
  N2: { reason: otherSolver, where: [/ NetworkPolicy\/acme-http-solver$/] },
  N6: { reason: ownPurpose, where: [/^cluster Namespace\/veza-nodes$/] },
  N6w: { reason: `${ownPurpose}; a warning at each deploy says nothing`, where: [/^cluster Namespace\/veza-nodes$/] },
};
