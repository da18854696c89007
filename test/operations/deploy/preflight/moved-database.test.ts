import type { KubernetesClient } from '../../../../lib/cluster/kubernetes-client';
import { findMovedDatabase } from '../../../../lib/operations/deploy/preflight/present-database';
import { clustered } from '../../../support/clustered';
import { staging } from '../../../support/environments/staging';
import { shopTest } from '../../../support/shop';

const single = { 'service/postgres-service': { spec: { selector: { app: 'postgres' } } } };
const inCluster = (name: string) => ({
  'service/postgres-service': { spec: { selector: { 'cnpg.io/cluster': name, 'cnpg.io/instanceRole': 'primary' } } },
});
const server = (annotations: object) => ({
  'statefulset/postgres': { metadata: { annotations }, spec: { replicas: 1 } },
});

function clusterOf(objects: Readonly<Record<string, unknown>>): KubernetesClient {
  return { find: async (object: string) => objects[object] } as unknown as KubernetesClient;
}

test.each([
  ['a managed database', shopTest, {}],
  ['a first deploy of a single server', staging, {}],
  ['a first deploy of a cluster', clustered, {}],
  ['a single server that runs', staging, { ...single, ...server({}) }],
  ['the Cluster that runs', clustered, inCluster('postgres-cluster')],
  [
    'a cluster beside a server that was moved',
    clustered,
    { ...single, ...server({ 'veza.app/moved-to': 'postgres-cluster' }) },
  ],
])('%s leaves no data behind', async (_, environment, objects) => {
  expect(await findMovedDatabase(clusterOf(objects), environment)).toEqual([]);
});

test.each([
  [
    'a cluster while a single server has the data',
    clustered,
    { ...single, ...server({}) },
    'veza database move staging',
  ],
  [
    'a single server while a Cluster has the data',
    staging,
    inCluster('postgres-cluster'),
    'is in Cluster postgres-cluster',
  ],
  ['another Cluster than services use', clustered, inCluster('postgres-cluster-2'), 'use Cluster postgres-cluster-2'],
])('%s would leave data behind', async (_, environment, objects, text) => {
  expect(await findMovedDatabase(clusterOf(objects), environment)).toEqual([expect.stringContaining(text)]);
});
