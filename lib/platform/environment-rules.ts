import type { Environment } from './environment';
import { formatFieldProblem, type Problem } from './errors';
import type { Platform } from './platform';
import { findGateway, findIngress } from './settings/edge';
import { parseQuantity } from './settings/quantity';
import { findQueueProblem } from './settings/remote-write-queue';

/** A field that others make wrong, such as `edge.kind`, with what is wrong and the remedy. */
type Finding = readonly [path: string, message: string];

/** Finds fields of an environment that go together with no others of it, or not with its platform. */
type Rule = (environment: Environment, platform: Platform) => Iterable<Finding>;

const rules: readonly Rule[] = [
  checkTmpSizes,
  checkDeployment,
  checkPriority,
  checkLogs,
  checkExternalTargets,
  checkListeners,
  checkRemoteWrite,
];

/** Fields of an environment that are valid each, and wrong together. */
export function findRuleProblems(platform: Platform, environment: Environment, where: string): Problem[] {
  const findings = rules.flatMap((check) => [...check(environment, platform)]);
  return findings.map(([path, message]) => formatFieldProblem(environment, path.split('.'), message, where));
}

/** A full /tmp must not get a pod evicted. */
function* checkTmpSizes({ services }: Environment, platform: Platform): Iterable<Finding> {
  for (const { name, tmpSize } of platform.services) {
    const limit = services[name]?.resources.limits.ephemeralStorage ?? tmpSize;
    if (parseQuantity(limit) >= parseQuantity(tmpSize)) continue;
    const path = `services.${name}.resources.limits.ephemeralStorage`;
    yield [path, `is below the ${tmpSize} that its /tmp may hold; raise it`];
  }
}

function* checkDeployment({ deployment, database }: Environment, { services }: Platform): Iterable<Finding> {
  const { migration, backup } = deployment;
  const known = services.map(({ name }) => name);
  if (migration.kind === 'job' && !known.includes(migration.service)) {
    const message = `is not a service of the platform; use one of ${known.join(', ')}`;
    yield ['deployment.migration.service', message];
  }
  if (backup && database.kind === 'managed') {
    yield ['deployment.backup', 'a managed database is backed up by its provider; use false'];
  }
  if (backup && database.kind === 'ephemeral') {
    yield ['deployment.backup', 'an ephemeral database has no backups; use false'];
  }
}

/** When a node is full, monitoring must be evicted before a service. */
function* checkPriority({ priorities, monitoring }: Environment): Iterable<Finding> {
  if (monitoring.kind === 'none' || monitoring.priority < priorities.services) return;
  yield ['monitoring.priority', `is not below priorities.services, which is ${priorities.services}; lower it`];
}

/** Without monitoring no Grafana shows the lines, and no alert reads their counters. */
function* checkLogs({ monitoring, logs }: Environment): Iterable<Finding> {
  if (monitoring.kind !== 'none' || logs.kind === 'none') return;
  const message = 'needs monitoring, and monitoring.kind is none; state bundled or operator there, or none here';
  yield ['logs.kind', message];
}

/** Metrics of an ingress controller that leads no requests to the environment, and of a Gateway that is not known. */
function* checkExternalTargets({ edge, monitoring }: Environment): Iterable<Finding> {
  if (monitoring.kind !== 'bundled') return;
  const { ingressNginx, gateway } = monitoring.externalTargets;
  if (ingressNginx !== 'none' && findIngress(edge) === undefined) {
    const message = `edge.kind is ${edge.kind}, which has no ingress controller; use none`;
    yield ['monitoring.externalTargets.ingressNginx', message];
  }
  const implementation = findGateway(edge)?.implementation ?? 'portable';
  if (gateway !== 'none' && implementation === 'portable') {
    yield ['monitoring.externalTargets.gateway', 'no Gateway is stated whose metrics are known; use none'];
  }
}

/** Public hosts of one Gateway: the API server takes 64 listeners, and one of them redirects to HTTPS. */
const mostHosts = 63;

function* checkListeners({ edge }: Environment, { name, services }: Platform): Iterable<Finding> {
  const hosts = services.filter(({ exposure }) => exposure !== 'internal').length;
  if (findGateway(edge) === undefined || hosts <= mostHosts) return;
  const message =
    `${name} has ${hosts} public hosts, and a Gateway has listeners for ${mostHosts}; ` +
    'use ingress, or divide the platform';
  yield ['edge.kind', message];
}

function* checkRemoteWrite({ monitoring }: Environment): Iterable<Finding> {
  if (monitoring.kind !== 'bundled') return;
  const { remoteWrite, prometheus } = monitoring;
  const queues = remoteWrite.map(({ queue }) => queue);
  const message = findQueueProblem(queues, prometheus.resources);
  if (message !== undefined) yield ['monitoring.prometheus.resources.limits.memory', message];
}
