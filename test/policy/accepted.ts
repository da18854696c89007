import { isBundled } from '../../lib/platform/environment';
import { environments } from '../../lib/veza/environments/environments';
import { veza } from '../../lib/veza/veza';
import { production } from '../support/environments/production';
import { staging } from '../support/environments/staging';
import { otherEnvironments } from '../support/known-manifests';

/** A finding that we live with. */
export interface Accepted {
  readonly reason: string;
  /** Where it occurs, as patterns of what its subjects are called; each of them occurs. */
  readonly where: readonly RegExp[];
}

const known = [staging, production, ...otherEnvironments];

const service = `veza-(${veza.services.map(({ name }) => name).join('|')})`;
const small = [...environments, ...known]
  .filter((environment) => isBundled(environment) && environment.monitoring.prometheus.replicas === 1)
  .map(({ name }) => name);

const migration = 'CronJob/veza-migration';
const nodeExporter = /^cluster DaemonSet\/node-exporter$/;
const collector = /^\w+-logs DaemonSet\/fluent-bit$/;
const collectorContainer = /^\w+-logs DaemonSet\/fluent-bit fluent-bit$/;
const ourWorkloads = new RegExp(` (Deployment/${service}|${migration})$`);
const ourContainers = new RegExp(` (Deployment/${service}|${migration}) [\\w-]+$`);
const backupStore = / Deployment\/postgres-backup-store$/;
const roles = / Deployment\/postgres-roles$/;
const singleDeployments = [/ Deployment\/(kube-state-metrics|blackbox-exporter)$/, backupStore, roles];
const ourImages = 'UID and GID 1001 are built into our images';
const ownPurpose = 'the node-exporter reads the node: its network, its processes, its file systems';
const logFiles = "the log collector reads the kubelet's files, which are root's; it has no capability";
const otherSolver = 'the pods of cert-manager that answer a challenge are not ours, and open no connections';

const operatorPods = 'the pods of a database cluster are made by its operator, and are in no manifest';
const operatorJobs = / NetworkPolicy\/postgres-cluster-(initdb|join|full-recovery)$/;

const gateways = [/^\w+-edge Namespace\//];
const proxies = 'some implementations run their proxies in the namespace of a Gateway';

const privileged = [/^cluster Namespace\/veza-nodes$/, /^\w+-logs Namespace\/veza-\w+-logs$/];

const jobOfDeploy = 'a deploy makes a Job of it, whose database may not accept connections at first';
const unwatched = [...environments, ...known].filter(({ monitoring }) => monitoring.kind === 'none');
const unasked = new RegExp(
  `^(${unwatched.map(({ name }) => name).join('|')}) (Deployment|NetworkPolicy)/(postgres-(roles|backup-store)|${service})$`,
);

/** Findings that we live with, by the rule that they break. There is no other, and none that does not occur. */
export const accepted: Readonly<Record<string, Accepted>> = {
  S1: { reason: logFiles, where: [collector] },
  S1c: { reason: logFiles, where: [collectorContainer] },
  S2: { reason: `${ourImages}; ${logFiles}`, where: [ourWorkloads, collector] },
  S2c: { reason: `${ourImages}; ${logFiles}`, where: [ourContainers, collectorContainer] },
  S3: { reason: `${ourImages}; ${logFiles}`, where: [ourWorkloads, collector] },
  S3c: { reason: `${ourImages}; ${logFiles}`, where: [ourContainers, collectorContainer] },
  S11n: { reason: ownPurpose, where: [nodeExporter] },
  S11p: { reason: ownPurpose, where: [nodeExporter] },
  S13: { reason: `${ownPurpose}; ${logFiles}`, where: [nodeExporter, collector] },
  I6: {
    reason: "our images, psql and rclone read their secrets from variables; the database's own is a file",
    where: [ourContainers, / Deployment\/postgres-roles roles$/, / CronJob\/postgres-backup-copy copy$/],
  },
  I8: {
    reason: "the guide's JWT_ACCESS_TOKEN_TTL is no secret, and an autoscaler owns the replicas that Polaris misses",
    where: [/ ConfigMap\/veza-config$/, ourWorkloads],
  },
  R5: {
    reason:
      'a store is single, for its volume belongs to one pod; two exporters or reconcilers would do the same; staging is small',
    where: [
      ...singleDeployments,
      / StatefulSet\/(grafana|loki)$/,
      / StatefulSet\/(postgres|redis)$/,
      new RegExp(`^(${small.join('|')})-monitoring StatefulSet/(prometheus|alertmanager)$`),
    ],
  },
  R17c: { reason: jobOfDeploy, where: [/ CronJob\/veza-migration$/] },
  R17j: { reason: jobOfDeploy, where: [/ CronJob\/veza-migration$/] },
  R16: {
    reason: 'a scrape that is cut off is tried again, and their images may hold no sleep',
    where: singleDeployments,
  },
  R13: {
    reason: 'its volume is on one node, which a second pod on another would wait for; two pods would set one password',
    where: [backupStore, roles],
  },
  R11: { reason: 'a DaemonSet has one pod on each node anyway', where: [nodeExporter, collector] },
  R12: {
    reason: "the cluster's own system-node-critical: the last pod to be evicted",
    where: [nodeExporter, collector],
  },
  N1w: {
    reason:
      'a policy does not reach a pod in the network of its node; no pod connects to a job, or to what nothing scrapes',
    where: [
      nodeExporter,
      unasked,
      / CronJob\/veza-migration$/,
      / CronJob\/postgres-backup$/,
      / CronJob\/postgres-backup-copy$/,
    ],
  },
  N1b: {
    reason: `no pod connects to a job, or to what nothing scrapes; ${otherSolver}`,
    where: [
      unasked,
      / NetworkPolicy\/veza-migration$/,
      / NetworkPolicy\/postgres-backup(-copy)?$/,
      / NetworkPolicy\/acme-http-solver$/,
      operatorJobs,
    ],
  },
  N2: {
    reason: `${otherSolver}; ${operatorPods}`,
    where: [/ NetworkPolicy\/acme-http-solver$/, / NetworkPolicy\/postgres-cluster$/, operatorJobs],
  },
  N3: { reason: operatorPods, where: [/ Service\/postgres-service$/] },
  R19: {
    reason: 'the kinds of an operator have versions of their own',
    where: [
      / (Cluster|ScheduledBackup|ObjectStore|Issuer|Certificate|AlertmanagerConfig)\//,
      / (Middleware|IngressRoute|ServersTransport)\//,
      / (ClientTraffic|BackendTraffic|ClientSettings|ProxySettings|RateLimit)Policy\//,
    ],
  },
  N1: { reason: proxies, where: gateways },
  N5: {
    reason: 'what a Prometheus of the cluster reads is in the namespace of the services, whose file is applied first',
    where: [/^\w+-monitoring (PodMonitor|Probe|PrometheusRule|AlertmanagerConfig)\//, /^\w+\.dashboards ConfigMap\//],
  },
  N6: { reason: `${ownPurpose}; ${logFiles}; ${proxies}`, where: [...privileged, ...gateways] },
  N6o: { reason: proxies, where: gateways },
  N7: { reason: proxies, where: gateways },
  N7l: { reason: proxies, where: gateways },
  N6w: {
    reason: `${ownPurpose}; ${logFiles}; a warning at each deploy says nothing; ${proxies}`,
    where: [...privileged, ...gateways],
  },
};
