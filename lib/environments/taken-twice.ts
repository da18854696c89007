import type { Problem } from '../problems';
import type { Cluster } from './cluster';
import { type Environment, monitoringNamespace } from './environment';

/** A name that somebody claims for himself. */
interface Claim {
  readonly owner: string;
  readonly field: string;
  readonly value: string;
}

/** Names that two claim: they would overwrite each other's files or objects, or answer under one host. */
export function takenTwice(environments: readonly Environment[], cluster: Cluster): Problem[] {
  const namespaces = environments.flatMap(({ name: owner, namespace }) => [
    { owner, field: 'namespace', value: namespace },
    { owner, field: 'namespace', value: monitoringNamespace(namespace) },
  ]);
  const nodes = cluster === 'none' ? [] : [{ owner: 'cluster', field: 'namespace', value: cluster.namespace }];
  return [
    ...conflicts(environments.map(({ name }) => ({ owner: name, field: 'name', value: name }))),
    ...conflicts([...namespaces, ...nodes]),
    ...conflicts(environments.map(({ name: owner, domain }) => ({ owner, field: 'domain', value: domain }))),
  ];
}

function conflicts(claims: readonly Claim[]): Problem[] {
  return claims.flatMap(({ owner, field, value }, index) => {
    const first = claims.findIndex((claim) => claim.value === value);
    if (first === index) return [];
    return [`${owner}.${field}: ${JSON.stringify(value)}: is ${claims[first]?.owner}'s already; choose another`];
  });
}
