import type { Environment } from './environment';
import type { Problem } from './errors';
import { listPossibleNamespaces } from './namespaces';
import type { Cluster } from './settings/kubernetes';

/** The names of an environment, as far as they are valid. */
type Named = Partial<Pick<Environment, 'name' | 'namespace' | 'domain'>>;

/** A name that one environment or the cluster uses, and no other may use. */
interface UniqueName {
  readonly owner: string;
  readonly field: keyof Named;
  readonly value: string;
}

/** Names that are used twice: files or objects would overwrite each other, or share one host. */
export function findEnvironmentConflicts(environments: readonly Named[], cluster: Cluster): Problem[] {
  const list = (field: keyof Named, spread = (value: string): string[] => [value]): UniqueName[] =>
    environments.flatMap(({ name: owner = 'environment', [field]: value }) =>
      value === undefined ? [] : spread(value).map((each) => ({ owner, field, value: each })),
    );
  const nodes: UniqueName[] =
    cluster === 'none' ? [] : [{ owner: 'cluster', field: 'namespace', value: cluster.namespace }];
  return [list('name'), [...list('namespace', listPossibleNamespaces), ...nodes], list('domain')].flatMap(
    findConflicts,
  );
}

function findConflicts(names: readonly UniqueName[]): Problem[] {
  return names.flatMap(({ owner, field, value }, index) => {
    const first = names.findIndex((name) => name.value === value);
    if (first === index) return [];
    return [`${owner}.${field}: ${JSON.stringify(value)}: is ${names[first]?.owner}'s already; choose another`];
  });
}
