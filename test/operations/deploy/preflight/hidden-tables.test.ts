import type { ExecRequest } from '../../../../lib/cluster/kubernetes-client';
import type { KubernetesManifest } from '../../../../lib/manifests/manifest';
import { findHiddenTables } from '../../../../lib/operations/deploy/preflight/present-database';
import type { Environment } from '../../../../lib/platform/environment';
import { clustered } from '../../../support/clustered';
import { staging } from '../../../support/environments/staging';
import { shopTest } from '../../../support/shop';

const found = 'chat-server act as veza_user and are not separated';

/** A ConfigMap of the roles' scripts, with the kind of access that each of some roles has. */
function config(
  kinds: Readonly<Record<string, string>> | undefined,
  data: object = { 'hidden-tables.sql': 'SELECT 1' },
) {
  const logins = Object.entries(kinds ?? {}).map(([role, kind]) => ({ role, connections: 1, access: { kind } }));
  const metadata = { name: 'postgres-config', namespace: 'veza-staging' };
  const roles = kinds && { 'logins.json': JSON.stringify(logins) };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { ...data, ...roles },
  } as unknown as KubernetesManifest;
}

/** A cluster in which a ConfigMap runs, whose database answers every question alike. */
function clusterWith(running: KubernetesManifest | undefined, { answer = '[]\n', mayExec = true } = {}) {
  const asked: ({ readonly pod: string } & ExecRequest)[] = [];
  const pod = { metadata: { name: 'postgres-cluster-1' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } };
  const kubectl = {
    find: async (name: string) => (name === 'configmap/postgres-config' ? running : undefined),
    list: async () => [pod],
    reviewAccess: async () => [mayExec],
    exec: async (name: string, _: string, request: ExecRequest) => {
      asked.push({ pod: name, ...request });
      return answer;
    },
  } as never;
  return { kubectl, asked };
}

const own = config({ 'chat-server': 'maker', veza_user: 'owner' });
const shared = config({ 'chat-server': 'acting', veza_user: 'owner' });
const beforeRoles = config(undefined, {});

test.each([
  ['services share tables', staging, shared, beforeRoles],
  ['the release that runs keeps their tables apart already', staging, own, own],
  ['there is no server yet', staging, own, undefined],
  ['the database is managed', shopTest, own, beforeRoles],
])('the database is not asked where %s', async (_, environment, stated, running) => {
  const { kubectl, asked } = clusterWith(running, { answer: `[]\n${found}` });
  expect(await findHiddenTables(kubectl, environment as Environment, [stated])).toEqual([]);
  expect(asked).toEqual([]);
});

test.each([
  ['of before roles', staging, beforeRoles, 'postgres-0'],
  ['in which they share tables', staging, shared, 'postgres-0'],
  ['that lacks one of them', staging, config({ 'backend-api': 'maker' }), 'postgres-0'],
  ['in a cluster', clustered as Environment, shared, 'postgres-cluster-1'],
])('services that still share tables are named in a release %s', async (_, environment, running, pod) => {
  const { kubectl, asked } = clusterWith(running, { answer: `[]\n${found}\n` });
  expect(await findHiddenTables(kubectl, environment, [own])).toEqual([found]);
  const logins =
    '[{"role":"chat-server","connections":1,"access":{"kind":"maker"}},{"role":"veza_user","connections":1,"access":{"kind":"owner"}}]';
  expect(asked).toEqual([
    {
      pod,
      container: 'postgres',
      input: 'SELECT 1',
      command: expect.arrayContaining(['psql', `--set=owner=${environment.database.user}`, `--set=logins=${logins}`]),
    },
  ]);
});

test('nothing is found in a database without such tables', async () => {
  const { kubectl, asked } = clusterWith(shared);
  expect(await findHiddenTables(kubectl, staging as Environment, [own])).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('a user who may not run commands in the pod deploys without that warning', async () => {
  const { kubectl, asked } = clusterWith(shared, { answer: `[]\n${found}`, mayExec: false });
  expect(await findHiddenTables(kubectl, staging as Environment, [own])).toEqual([]);
  expect(asked).toEqual([]);
});
