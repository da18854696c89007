import type { OperationContext } from '../../../../lib/cluster/operation-context';
import type { HeldLock } from '../../../../lib/cluster/operation-lock';
import { restore } from '../../../../lib/operations/restore/restore';
import { OperationError } from '../../../../lib/platform/errors';
import { veza } from '../../../../lib/veza/veza';
import { type ClusterState, healthyState, record } from './cluster-state';
import { problemsIn, siteOf } from './staging-site';
import { TestCluster } from './test-cluster';

/** A lock that is never lost. */
const heldLock: Pick<HeldLock, 'ensureHeld'> = { ensureHeld: async () => undefined };

const defaultRequest = { backup: record.name, freshServer: false, acceptMissing: false };

/** Restores the backup of the test cluster. */
export function restoring(site: OperationContext, backup = record.name, lock = heldLock): Promise<string | undefined> {
  return restore({ ...site, platform: veza, lock }, { ...defaultRequest, backup });
}

/** Restores the backup of the test cluster, verified or not. */
export function restoringUnverified(site: OperationContext): Promise<string | undefined> {
  return restore({ ...site, platform: veza, lock: heldLock }, { ...defaultRequest, acceptMissing: true });
}

/** Restores it into a fresh server. */
export function restoringFresh(site: OperationContext): Promise<string | undefined> {
  return restore({ ...site, platform: veza, lock: heldLock }, { ...defaultRequest, freshServer: true });
}

export const unchanged = 'database veza_staging is unchanged';
export const resumed = 'resumed the services and the backup schedules with their original settings';
export const notStopped = 'resumed the backup schedules; the services were not stopped';
export const previousDatabase = 'veza_staging_before_20261125t021500z';
export const running = {
  'deployment/veza-backend-api': [2],
  'deployment/veza-chat-server': [3],
  'deployment/veza-stream-server': [1],
  'deployment/postgres-backup-store': [1],
  'cronjob/postgres-backup': [false],
};
export const paused = {
  'deployment/veza-backend-api': [0, 'veza.app/replicas-before-restore=2'],
  'deployment/veza-chat-server': [0, 'veza.app/replicas-before-restore=3'],
  'deployment/veza-stream-server': [0, 'veza.app/replicas-before-restore=1'],
  'deployment/postgres-backup-store': [1],
  'cronjob/postgres-backup': [true, 'veza.app/suspended-before-restore=false'],
};

const kubectl = 'kubectl --context=veza-staging --namespace=veza-staging';
const scaled = (name: string, replicas: number) =>
  `${kubectl} patch deployment/${name} --type=merge --patch='{"metadata":{"annotations":{"veza.app/replicas-before-restore":null}},"spec":{"replicas":${replicas}}}'`;

/** Command that lets the services' role log in again. */
export const openFence = `${kubectl} exec postgres-0 --container=roles -- sh /etc/postgres/fence.sh open`;

/** Commands that resume every workload by hand. */
export const resumeCommands = [
  `${kubectl} patch cronjob/postgres-backup --type=merge --patch='{"metadata":{"annotations":{"veza.app/suspended-before-restore":null}},"spec":{"suspend":false}}'`,
  scaled('veza-backend-api', 2),
  scaled('veza-chat-server', 3),
  scaled('veza-stream-server', 1),
];

export function clusterWith(change: Partial<ClusterState> = {}): TestCluster {
  return new TestCluster({ ...healthyState(), ...change });
}

export function databaseNames({ state }: TestCluster): string[] {
  return state.databases.map(({ name }) => name);
}

/** A cluster whose restore was killed at an event: none of its later calls arrives. */
export async function killedAt(moment: string, change: Partial<ClusterState> = {}): Promise<TestCluster> {
  const cluster = clusterWith(change);
  cluster.onEvent = (event) => {
    if (event === moment) cluster.outage = { error: 'killed', calls: 1e6 };
  };
  await problemsIn(restoring(siteOf(cluster)));
  cluster.onEvent = () => undefined;
  cluster.outage = undefined;
  return cluster;
}

export function stoppable(cluster: TestCluster) {
  const controller = new AbortController();
  return {
    site: siteOf(cluster, controller.signal),
    stop: () => controller.abort(new OperationError(['stopped by SIGTERM'])),
  };
}
