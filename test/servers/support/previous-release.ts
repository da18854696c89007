import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { database, owner } from '../../constructs/postgres/support/stores';
import type { ContainerSpec, Manifests } from './manifests';
import { Pod } from './pod';
import { postgresManifests, secretsWith } from './postgres';

/** The scripts of the release before services had roles, as they were. */
const scripts = join(__dirname, '../previous-release');

/** The pod of PostgreSQL as the release before services had roles makes it, on a volume. */
export function previousPod(claim: string, password: string): Promise<Pod> {
  const { configMaps, pod, ...rest } = postgresManifests([owner]);
  const files = ['roles.sh', 'reconcile.sh', 'roles.sql'].map((name) => [
    name,
    readFileSync(join(scripts, name), 'utf8'),
  ]);
  const manifests: Manifests = {
    ...rest,
    configMaps: {
      ...configMaps,
      'postgres-config': { ...configMaps['postgres-config'], ...Object.fromEntries(files) },
    },
    pod: {
      ...pod,
      containers: pod.containers.map((container) =>
        container.name === 'roles' ? previousRoles(container) : container,
      ),
    },
  };
  return Pod.create({ manifests, secrets: secretsWith(password), claim });
}

/** Its container that reconciled the one role had other variables. */
function previousRoles(container: ContainerSpec): ContainerSpec {
  const env = (container.env ?? []).filter(
    ({ name }) => !['DB_ROLES', 'LOGINS_FILE', 'CREDENTIALS', 'ROLES_SCRIPTS'].includes(name),
  );
  return {
    ...container,
    env: [
      ...env,
      { name: 'CREDENTIAL_FILE', value: `/var/run/postgres-credentials/${database.user}` },
      { name: 'ROLES_SQL', value: '/etc/postgres/roles.sql' },
    ],
  };
}
