import type { Problem } from '../problems';
import type { Cluster } from './cluster';
import { type Environment, monitoringNamespace } from './environment';

/** A name that somebody claims for himself. */
interface Claim {
  readonly owner: string;
  readonly field: string;
  readonly value: string;
}

/** The names of an environment, as far as they are names. */
type Named = Partial<Pick<Environment, 'name' | 'namespace' | 'domain'>>;

/** Names that two claim: they would overwrite each other's files or objects, or answer under one host. */
export function takenTwice(environments: readonly Named[], cluster: Cluster): Problem[] {
  const namespaces = environments.flatMap(({ name, namespace }) => [
    ...claims(name, 'namespace', namespace),
    ...claims(name, 'namespace', namespace && monitoringNamespace(namespace)),
  ]);
  const nodes = cluster === 'none' ? [] : claims('cluster', 'namespace', cluster.namespace);
  return [
    ...conflicts(environments.flatMap(({ name }) => claims(name, 'name', name))),
    ...conflicts([...namespaces, ...nodes]),
    ...conflicts(environments.flatMap(({ name, domain }) => claims(name, 'domain', domain))),
  ];
}

function claims(owner = 'environment', field: string, value: string | undefined): Claim[] {
  return value === undefined ? [] : [{ owner, field, value }];
}

function conflicts(claims: readonly Claim[]): Problem[] {
  return claims.flatMap(({ owner, field, value }, index) => {
    const first = claims.findIndex((claim) => claim.value === value);
    if (first === index) return [];
    return [`${owner}.${field}: ${JSON.stringify(value)}: is ${claims[first]?.owner}'s already; choose another`];
  });
}
