import type { CronJob } from '../../../../lib/cluster/kubernetes-types';
import type { BackupRecord } from '../../../../lib/operations/backup/backup-record';

/** An object of the stand-in's cluster. */
export interface StoredObject {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    creationTimestamp?: string;
    resourceVersion?: string;
  };
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
}

/** How a Job of a verb fails. */
export interface JobFailure {
  /** The last line of its log; the Job fails. */
  readonly line?: string;
  /** Its pod stays pending for this reason. */
  readonly pending?: { readonly reason: string; readonly message: string };
  /** Its container waits for this reason. */
  readonly waiting?: { readonly reason: string; readonly message: string };
  /** Reason with which the node ends its container. */
  readonly killed?: string;
  /** Whether it exceeds its deadline. */
  readonly late?: boolean;
  /** Message of the event with which its pod is refused. */
  readonly refused?: string;
  /** Whether it succeeds without an effect. */
  readonly idle?: boolean;
  /** Whether the server creates it, but the response is lost. */
  readonly responseLost?: boolean;
  /** Whether it has its effect and then does not end. */
  readonly lingers?: boolean;
  /** Whether it never ends. */
  readonly endless?: boolean;
}

/** The state of the stand-in's cluster, and of the database server and the backups in it. */
export interface ClusterState {
  context: string;
  now: number;
  objects: Record<string, StoredObject>;
  databases: { oid: number; name: string; bytes: number }[];
  freeBytes: number;
  volume: BackupRecord[];
  bucket: BackupRecord[];
  /** Backups that were fetched and are not checked yet. */
  unfinished: BackupRecord[];
  /** Names of damaged backups on the volume. */
  damaged: string[];
  /** Roles of the backups that the server does not have. */
  missingRoles: string[];
  /** What happened, in order. */
  events: string[];
  /** Permissions that the user does not have: `create jobs`. */
  denied: string[];
  /** By verb. */
  jobFailures: Record<string, JobFailure>;
  /** Whether the pod of the server has the script of the fence. */
  hasFence: boolean;
  /** Whether the database server crashes when it starts. */
  serverCrashes: boolean;
  /** Names under which data of the server were set aside. */
  setAside: string[];
  /** Whether the services' role is denied the login. */
  isFenced: boolean;
  /** Errors of the scripts in the server's pod, by verb: make, apply, close, open. */
  scriptErrors: Record<string, string>;
  /** Seconds that a Job runs. */
  jobSeconds: number;
  /** Verbs of Jobs that cannot be deleted. */
  undeletable: string[];
  /** Names of Deployments whose pods do not end, or do not start. */
  stuck: string[];
}

/** Time at which every test begins. */
export const start = Date.parse('2026-11-25T03:00:00Z');

/** A verified backup of the staging database. */
export const record: BackupRecord = {
  name: '20261125T021500Z',
  finished: '2026-11-25T02:17:03Z',
  bytes: 3 * 2 ** 20,
  databaseBytes: 10 * 2 ** 20,
  seconds: 120,
  tables: 17,
  rows: 1234,
  verified: true,
  reason: '',
  missing: [],
};

/** The same backup, unverified. */
export const unverified: BackupRecord = {
  ...record,
  verified: false,
  reason: '2 parts of it cannot be restored; the first: EXTENSION postgis: permission denied',
  missing: ['EXTENSION postgis: permission denied', 'TABLE places: type "geometry" does not exist'],
};

/** A healthy staging environment with a backup on its volume. */
export function healthyState(): ClusterState {
  return {
    context: 'veza-staging',
    now: start,
    objects: {
      'deployment/veza-backend-api': deployment('veza-backend-api', 2),
      'deployment/veza-chat-server': deployment('veza-chat-server', 3),
      'deployment/veza-stream-server': deployment('veza-stream-server', 1),
      'deployment/postgres-backup-store': deployment('postgres-backup-store', 1),
      'statefulset/postgres': structuredClone(statefulSet),
      'cronjob/postgres-backup': structuredClone(cronJob) as unknown as StoredObject,
    },
    databases: [{ oid: 16384, name: 'veza_staging', bytes: 9 * 2 ** 20 }],
    freeBytes: 2 * 2 ** 30,
    volume: [record],
    bucket: [],
    unfinished: [],
    damaged: [],
    missingRoles: [],
    hasFence: true,
    serverCrashes: false,
    setAside: [],
    isFenced: false,
    events: [],
    denied: [],
    jobFailures: {},
    scriptErrors: {},
    jobSeconds: 1,
    undeletable: [],
    stuck: [],
  };
}

function deployment(name: string, replicas: number): StoredObject {
  return {
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [], terminationGracePeriodSeconds: 20 } },
    },
  };
}

/** The StatefulSet of the database server. */
const statefulSet: StoredObject = {
  kind: 'StatefulSet',
  metadata: { name: 'postgres', namespace: 'veza-staging' },
  spec: {
    replicas: 1,
    template: {
      spec: {
        initContainers: [{ name: 'initialize', volumeMounts: [{ name: 'data' }, { name: 'config' }] }],
        containers: [{ name: 'postgres' }],
        volumes: [{ name: 'config' }, { name: 'tls' }],
      },
    },
  },
};

/** The CronJob that makes backups, as the manifests have it. */
export const cronJob: CronJob = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'postgres-backup', namespace: 'veza-staging', resourceVersion: '1' },
  spec: {
    suspend: false,
    jobTemplate: {
      metadata: { labels: { app: 'postgres-backup' }, annotations: { 'veza.app/note': 'kept' } },
      spec: {
        activeDeadlineSeconds: 1800,
        template: {
          metadata: { labels: { app: 'postgres-backup' } },
          spec: {
            containers: [{ name: 'backup', args: ['create'], volumeMounts: [{ mountPath: '/backups' }] }],
            volumes: [{ persistentVolumeClaim: { claimName: 'postgres-backups' } }],
          },
        },
      },
    },
  },
};

/** Location of the copies. */
export const copyTarget = 'offsite:veza-backups/veza-staging';

/** The CronJob that copies them out of the cluster. */
const copyCronJob = {
  kind: 'CronJob',
  metadata: { name: 'postgres-backup-copy', namespace: 'veza-staging' },
  spec: {
    suspend: false,
    jobTemplate: {
      metadata: { labels: { app: 'postgres-backup-copy' } },
      spec: {
        activeDeadlineSeconds: 1800,
        template: {
          metadata: { labels: { app: 'postgres-backup-copy' } },
          spec: {
            containers: [
              {
                name: 'copy',
                args: ['copy', '--immutable', '/backups/complete', copyTarget],
                volumeMounts: [
                  { name: 'backups', mountPath: '/backups', readOnly: true },
                  { name: 'tmp', mountPath: '/tmp', readOnly: true },
                ],
              },
            ],
            volumes: [{ name: 'backups', persistentVolumeClaim: { claimName: 'postgres-backups', readOnly: true } }],
          },
        },
      },
    },
  },
};

/** A staging environment with a bucket; its only backup is there and no longer on its volume. */
export function stateWithBucket(): ClusterState {
  const state = healthyState();
  const copy = structuredClone(copyCronJob);
  return {
    ...state,
    objects: { ...state.objects, 'cronjob/postgres-backup-copy': copy },
    volume: [],
    bucket: [record],
  };
}
