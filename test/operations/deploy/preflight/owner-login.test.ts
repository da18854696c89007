import type { KubernetesClient } from '../../../../lib/cluster/kubernetes-client';
import { findOwnerLogins } from '../../../../lib/operations/deploy/preflight/present-database';
import type { Environment } from '../../../../lib/platform/environment';
import { veza } from '../../../../lib/veza/veza';
import { changed } from '../../../support/changed';
import { clustered } from '../../../support/clustered';
import { staging } from '../../../support/environments/staging';
import { shop, shopTest } from '../../../support/shop';

const denied = changed(staging, 'database.ownerLogin', 'denied');
const migration = { kind: 'job', service: 'backend-api', command: ['./migrate'], timeoutSeconds: 60 };
const migrated = changed(denied, 'deployment.migration', migration);
const deniedCluster = changed(clustered as Environment, 'database.ownerLogin', 'denied');

/** A cluster with a workload that reconciles some roles; those of before roles had no such list. */
function clusterWith(workload: string, roles: string | undefined): KubernetesClient {
  const env = roles === undefined ? [{ name: 'DB_USER', value: 'veza_user' }] : [{ name: 'DB_ROLES', value: roles }];
  const spec = { template: { spec: { containers: [{ name: 'roles', env }] } } };
  return {
    find: async (name: string) => (name === workload ? { spec } : undefined),
  } as unknown as KubernetesClient;
}

const old = clusterWith('statefulset/postgres', undefined);
const none = clusterWith('', undefined);
const present = clusterWith('statefulset/postgres', 'backend-api chat-server stream-server veza_user');
const withMigration = clusterWith('statefulset/postgres', 'backend-api postgres_migration veza_user');

test.each([
  ['the owner may log in', staging, old],
  ['there is no server yet', denied, none],
  ['the services have roles', denied, present],
  ['the migration has its role', migrated, withMigration],
  ['the database is managed', shopTest, old],
])('nothing is wrong where %s', async (_, environment, kubectl) => {
  const platform = environment === shopTest ? shop : veza;
  expect(await findOwnerLogins(kubectl, platform, environment as Environment)).toEqual([]);
});

test.each([
  [denied, old],
  [deniedCluster, clusterWith('deployment/postgres-roles', undefined)],
])('the owner is not refused while the services of the deployed release log in as it', async (environment, kubectl) => {
  expect(await findOwnerLogins(kubectl, veza, environment as Environment)).toEqual([
    `the deployed release logs in to the database as ${environment.database.user}; state allowed in staging.database.ownerLogin, deploy, and then state denied`,
  ]);
});

test('the owner is not refused before the server has the role of the migration, which runs first', async () => {
  expect(await findOwnerLogins(present, veza, migrated as Environment)).toEqual([
    'the migration logs in as role postgres_migration, which the database does not have yet; state allowed in staging.database.ownerLogin, deploy, and then state denied',
  ]);
});
