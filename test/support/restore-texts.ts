/** What the error of a restore says of the database and of the workloads. */
export const unchanged = 'database veza_staging is unchanged';
export const resumed = 'resumed the services and the backup schedules with their original settings';
export const notStopped = 'resumed the backup schedules; the services were not stopped';

/** Name of the database that a restore of the backup in `backup-fixtures.ts` replaces. */
export const previousDatabase = 'veza_staging_before_20261125t021500z';

/** `BackupHarness.workloads` before a restore, and after it. */
export const running = {
  'deployment/veza-backend-api': [2],
  'deployment/veza-chat-server': [3],
  'deployment/veza-stream-server': [1],
  'deployment/postgres-backup-store': [1],
  'cronjob/postgres-backup': [false],
};

/** `BackupHarness.workloads` while the database is replaced. */
export const paused = {
  'deployment/veza-backend-api': [0, 'veza.app/replicas-before-restore=2'],
  'deployment/veza-chat-server': [0, 'veza.app/replicas-before-restore=3'],
  'deployment/veza-stream-server': [0, 'veza.app/replicas-before-restore=1'],
  'deployment/postgres-backup-store': [1],
  'cronjob/postgres-backup': [true, 'veza.app/suspended-before-restore=false'],
};

const kubectl = 'kubectl --context=veza-staging --namespace=veza-staging';

function scaleCommand(name: string, replicas: number): string {
  return `${kubectl} patch deployment/${name} --type=merge --patch='{"metadata":{"annotations":{"veza.app/replicas-before-restore":null}},"spec":{"replicas":${replicas}}}'`;
}

/** Command that lets the services' role log in again. */
export const openFence = `${kubectl} exec postgres-0 --container=roles -- sh /etc/postgres/fence.sh open`;

/** Commands that resume every workload by hand. */
export const resumeCommands = [
  `${kubectl} patch cronjob/postgres-backup --type=merge --patch='{"metadata":{"annotations":{"veza.app/suspended-before-restore":null}},"spec":{"suspend":false}}'`,
  scaleCommand('veza-backend-api', 2),
  scaleCommand('veza-chat-server', 3),
  scaleCommand('veza-stream-server', 1),
];
