import type { Environment } from '../../lib/platform/environment';
import type { SingleDatabase } from '../../lib/platform/settings/database';
import type { ClusterDatabase } from '../../lib/platform/settings/database-cluster';
import type { veza } from '../../lib/veza/veza';
import { production } from './environments/production';
import { staging } from './environments/staging';

const { database } = staging;
if (database.kind !== 'single') throw new Error('the database of staging is not a single server');

/** A database cluster with the sizes of staging, which archives to a bucket. */
export const databaseCluster: ClusterDatabase = {
  kind: 'cluster',
  name: 'veza_staging',
  user: 'veza_staging_user',
  ownerLogin: 'allowed',
  cluster: 'postgres-cluster',
  start: { kind: 'empty' },
  instances: 3,
  resources: database.resources,
  storage: database.storage,
  walStorage: { className: 'standard', size: '5Gi' },
  parameters: database.parameters,
  backup: {
    ...database.backup,
    offsite: {
      kind: 'bucket',
      image: 'docker.io/rclone/rclone:1.71.0',
      endpoint: 's3.eu-west-1.amazonaws.com',
      region: 'eu-west-1',
      bucket: 'veza-backups',
      schedule: '15 4 * * *',
    },
  },
  archive: { schedule: '45 1 * * *', keepDays: 14, maxAgeHours: 26 },
  operatorNamespace: 'cnpg-system',
};

/** Staging with a database cluster instead of its own database. */
export const clustered: Environment<typeof veza> = { ...staging, database: databaseCluster };

/** Production with a database cluster, whatever it states. */
export const clusteredProduction: Environment<typeof veza> = {
  ...production,
  database: { ...databaseCluster, name: production.database.name, user: production.database.user },
};

/** A single server with the names of production and the sizes of staging, which copies its backups nowhere. */
export const singleDatabase: SingleDatabase = {
  ...database,
  name: production.database.name,
  user: production.database.user,
  backup: { ...database.backup, offsite: { kind: 'none' } },
};

/** Production with a single server, whatever it states. */
export const singleProduction: Environment<typeof veza> = { ...production, database: singleDatabase };
