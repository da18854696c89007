import { coerce, lt } from 'semver';
import type { KubernetesClient } from '../../../cluster/kubernetes-client';
import type { PodOwner } from '../../../cluster/kubernetes-types';
import type { Permission } from '../../../cluster/permissions';
import type { Environment } from '../../../platform/environment';
import type { Problem } from '../../../platform/errors';
import type { ClusterDatabase } from '../../../platform/settings/database-cluster';
import { findMissingKinds } from './required-kinds';

/** A program that a database cluster needs, with its oldest version that works. */
interface Operator {
  readonly name: string;
  /** Image of its Deployment, without registry and tag. */
  readonly image: string;
  readonly minimum: string;
  /** Kinds that it brings. */
  readonly kinds: readonly string[];
}

const guide = 'docs/guides/database-cluster.md has the commands that install it; database.kind single needs none';

/** In-tree backups end with 1.31 of the operator, and the plugin of this version needs 1.30. */
const operators: readonly Operator[] = [
  {
    name: 'CloudNativePG',
    image: 'cloudnative-pg/cloudnative-pg',
    minimum: '1.30.0',
    kinds: ['clusters.postgresql.cnpg.io', 'scheduledbackups.postgresql.cnpg.io'],
  },
  {
    name: 'the plugin Barman Cloud',
    image: 'cloudnative-pg/plugin-barman-cloud',
    minimum: '0.16.0',
    kinds: ['objectstores.barmancloud.cnpg.io'],
  },
];

/** What the plugin needs itself: certificates for its connection to the operator. */
const certificates = 'certificates.cert-manager.io';

const customKinds = [...operators.flatMap(({ kinds }) => kinds), certificates];

/** Lists the permissions to check what a database cluster needs. */
export function listDatabaseOperatorPermissions({ namespace, database }: Environment): Permission[] {
  if (database.kind !== 'cluster') return [];
  return [
    ...customKinds.map((resource) => ({ verb: 'list', resource, namespace })),
    { verb: 'list', resource: 'deployments.apps', namespace: database.operatorNamespace },
  ];
}

/** Lists what a database cluster needs and the Kubernetes cluster does not have: kinds, operators, and their versions. */
export async function findMissingDatabaseOperator(
  kubectl: KubernetesClient,
  { namespace, database }: Environment,
): Promise<Problem[]> {
  if (database.kind !== 'cluster') return [];
  const missing = await findMissingDatabaseKinds(kubectl, { namespace, database });
  const absent = missing.map((kind) => `the cluster has no kind ${kind}; install ${providerOf(kind)}: ${guide}`);
  // Without its kinds an operator need not be asked for its version.
  const present = operators.filter((each) => each.kinds.every((kind) => !missing.includes(kind)));
  return [...absent, ...(await findVersionProblems(kubectl, database, present))];
}

/** Lists the kinds of a database cluster that the Kubernetes cluster does not have: `clusters.postgresql.cnpg.io`. */
export async function findMissingDatabaseKinds(
  kubectl: KubernetesClient,
  { namespace, database }: Pick<Environment, 'namespace' | 'database'>,
): Promise<string[]> {
  if (database.kind !== 'cluster') return [];
  return findMissingKinds(kubectl, customKinds, namespace);
}

function providerOf(kind: string): string {
  return operators.find(({ kinds }) => kinds.includes(kind))?.name ?? 'cert-manager';
}

async function findVersionProblems(
  kubectl: KubernetesClient,
  { operatorNamespace }: ClusterDatabase,
  wanted: readonly Operator[],
): Promise<Problem[]> {
  if (wanted.length === 0) return [];
  const deployments = await kubectl.list<PodOwner>('deployments.apps', operatorNamespace);
  const images = deployments.flatMap(({ spec }) => spec.template.spec.containers.map(({ image = '' }) => image));
  return wanted.flatMap(({ name, image, minimum }) => {
    const found = images.find((each) => new RegExp(`(^|/)${image}[:@]`).test(each));
    if (found === undefined) {
      return [
        `${operatorNamespace}: no Deployment runs ${name} (${image}); correct database.operatorNamespace, or ${guide}`,
      ];
    }
    // A digest says nothing of the version.
    const version = coerce(found.replace(/@.*/, '').split(':').at(-1));
    if (version === null || !lt(version, minimum)) return [];
    return [`${operatorNamespace}: ${name} is ${version}, but ${minimum} or newer is needed; upgrade it: ${guide}`];
  });
}
