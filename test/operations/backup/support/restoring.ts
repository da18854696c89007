import type { OperationContext } from '../../../../lib/cluster/operation-context';
import type { HeldLock } from '../../../../lib/cluster/operation-lock';
import { restore } from '../../../../lib/operations/restore/restore';
import { OperationError } from '../../../../lib/platform/errors';
import { type ClusterState, healthyState, record } from './cluster-state';
import { problemsIn, siteOf } from './staging-site';
import { TestCluster } from './test-cluster';

/** Nobody else takes the Lease. */
const unchallenged: Pick<HeldLock, 'ensureHeld'> = { ensureHeld: async () => undefined };

/** The backup that there is, restored as is usual. */
const theOne = { backup: record.name, freshServer: false, acceptMissing: false };

/** Restores the backup that there is, with the Lease in hand. */
export function restoring(
  site: OperationContext,
  backup = record.name,
  hold = unchallenged,
): Promise<string | undefined> {
  return restore(site, { ...theOne, backup }, hold);
}

/** Restores the backup that there is, verified or not. */
export function restoringUnverified(site: OperationContext): Promise<string | undefined> {
  return restore(site, { ...theOne, acceptMissing: true }, unchallenged);
}

/** Restores it into a fresh server. */
export function restoringFresh(site: OperationContext): Promise<string | undefined> {
  return restore(site, { ...theOne, freshServer: true }, unchallenged);
}

export const untouched = 'database veza_staging is as it was: nothing was replaced';
export const again = 'the services are started again as they were, and so are the schedules of the backups';
export const unstopped = 'the services were not stopped, and the schedules of the backups are as they were';
export const old = 'veza_staging_before_20261125t021500z';
export const atRest = {
  'deployment/veza-backend-api': [2],
  'deployment/veza-chat-server': [3],
  'deployment/veza-stream-server': [1],
  'deployment/postgres-backup-store': [1],
  'cronjob/postgres-backup': [false],
};
export const stopped = {
  'deployment/veza-backend-api': [0, 'veza.app/replicas-before-restore=2'],
  'deployment/veza-chat-server': [0, 'veza.app/replicas-before-restore=3'],
  'deployment/veza-stream-server': [0, 'veza.app/replicas-before-restore=1'],
  'deployment/postgres-backup-store': [1],
  'cronjob/postgres-backup': [true, 'veza.app/suspended-before-restore=false'],
};

const call = 'kubectl --context=veza-staging --namespace=veza-staging';
const scaled = (name: string, replicas: number) =>
  `${call} patch deployment/${name} --type=merge --patch='{"metadata":{"annotations":{"veza.app/replicas-before-restore":null}},"spec":{"replicas":${replicas}}}'`;

/** What to type to let the services log in again. */
export const openFence = `${call} exec postgres-0 --container=roles -- sh /etc/postgres/fence.sh open`;

/** What to type to set everything going by hand. */
export const byHand = [
  `${call} patch cronjob/postgres-backup --type=merge --patch='{"metadata":{"annotations":{"veza.app/suspended-before-restore":null}},"spec":{"suspend":false}}'`,
  scaled('veza-backend-api', 2),
  scaled('veza-chat-server', 3),
  scaled('veza-stream-server', 1),
];

export function clusterWith(change: Partial<ClusterState> = {}): TestCluster {
  return new TestCluster({ ...healthyState(), ...change });
}

export function names({ state }: TestCluster): string[] {
  return state.databases.map(({ name }) => name);
}

/** A cluster whose restore was killed at an event: from then on no call of it arrives. */
export async function killedAt(moment: string, change: Partial<ClusterState> = {}): Promise<TestCluster> {
  const cluster = clusterWith(change);
  cluster.onEvent = (event) => {
    if (event === moment) cluster.outage = { words: 'killed', calls: 1e6 };
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
