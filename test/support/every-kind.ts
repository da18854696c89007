import * as z from 'zod';
import { type Environment, environmentBase } from '../../lib/platform/environment';
import { validateEnvironment } from '../../lib/platform/environment-validation';
import { kubernetesSchema } from '../../lib/platform/settings/kubernetes';
import { steps } from '../../lib/synth/newer-kubernetes';
import { clustered, databaseCluster } from './clustered';
import { allPairs, coveringArray, type Option } from './covering-array';
import { production } from './environments/production';
import { staging } from './environments/staging';
import { mimir } from './mimir';
import { sample, sampleTest } from './sample-platform';
import { type SampleOptions, sampleOf } from './sample-values';

/** An environment of the sample platform, and what it states: `database single`. */
export interface KindsCase {
  readonly kinds: readonly string[];
  readonly environment: Environment;
}

/** Two kinds that do not go together, and what validation says about them. */
export interface RefusedPair {
  readonly fields: readonly string[];
  readonly problems: readonly string[];
}

/** One kind of a field. */
interface Kind {
  readonly field: keyof Environment;
  readonly name: string;
  /** Makes the value, with something else in the fields at the paths that were refused before. */
  readonly value: (options: Pick<SampleOptions, 'uses' | 'refused'>) => unknown;
}

/** One pod of each store, no logs and no backup before a deploy: what goes together with every kind of another field. */
const base: Environment<typeof sample> = {
  ...sampleTest,
  deployment: { ...sampleTest.deployment, backup: false },
  logs: { kind: 'none' },
};

const recovered = {
  ...databaseCluster,
  cluster: 'postgres-cluster-2',
  start: { kind: 'recovery', from: 'postgres-cluster-1', time: '2026-11-29T01:15:00Z' },
};

/** Where values are taken from that no documentation has an example of. */
const known = [
  ...[base, sampleTest, staging, production, clustered],
  { database: recovered },
  { monitoring: { remoteWrite: [mimir] } },
];

/** Every field that has kinds, and the versions of Kubernetes from which on something is made otherwise. */
const dimensions: readonly (readonly Kind[])[] = [...fieldsWithKinds(), kubernetesVersions()];

function fieldsWithKinds(): Kind[][] {
  return Object.entries(environmentBase.shape).flatMap(([field, schema]) =>
    schema instanceof z.ZodUnion ? [schema.options.map((option) => kindOf(field, option as z.ZodType))] : [],
  );
}

function kindOf(field: string, option: z.ZodType): Kind {
  if (!(option instanceof z.ZodObject)) throw new Error(`${field}: a kind is no object`);
  const value: Kind['value'] = (options) => sampleOf(option, field, { ...options, environments: known });
  return { field: field as keyof Environment, name: option.shape.kind.value, value };
}

function kubernetesVersions(): Kind[] {
  const versions = new Set([27, ...Object.values(steps).map(({ since }) => since), 36]);
  return [...versions].map((minor) => {
    const minimum = `1.${minor}`;
    const schema = kubernetesSchema.safeExtend({ minimum: z.literal(minimum) });
    return {
      field: 'kubernetes',
      name: minimum,
      value: (options) => sampleOf(schema, 'kubernetes', { ...options, environments: known }),
    };
  });
}

/** Most fields of one environment that others leave no choice. */
const mostRefusals = 6;

const sizes = dimensions.map((kinds) => kinds.length);

/** The kinds of the base, which stand beside a pair that is tried. */
const baseKinds = dimensions.map((kinds) => kinds.find((kind) => kind.name === baseName(kind)) as Kind);

function baseName({ field }: Kind): string {
  return field === 'kubernetes' ? base.kubernetes.minimum : Object(base[field]).kind;
}

/** Kinds that validation refuses together, in an environment that is valid otherwise. */
const refused = new Map(
  allPairs(sizes, () => true).flatMap((pair) => {
    const kinds = baseKinds.map((kind, index) => {
      const chosen = pair.find(({ dimension }) => dimension === index);
      return dimensions[index]?.[chosen?.option ?? -1] ?? kind;
    });
    const { problems } = settled(base.name, kinds, new Map());
    return problems.length > 0 ? [[JSON.stringify(pair), { pair, problems }] as const] : [];
  }),
);

/** An environment of some kinds, with something else in fields that validation refuses beside the others. */
function settled(name: string, kinds: readonly Kind[], uses: Map<string, number>) {
  const refused: string[] = [];
  for (;;) {
    const fields = kinds.map((kind) => [kind.field, kind.value({ uses, refused })] as const);
    const environment: Environment = { ...base, name, ...Object.fromEntries(fields) };
    const problems = validateEnvironment(sample, environment);
    if (problems.length === 0 || refused.length >= mostRefusals) return { environment, problems };
    refused.push(...problems.map((problem) => problem.slice(name.length + 1, problem.indexOf(': '))));
  }
}

/** Every pair of kinds that is not made. */
export const refusedPairs: readonly RefusedPair[] = [...refused.values()].map(({ pair, problems }) => {
  return { fields: pair.map(({ dimension }) => dimensions[dimension]?.[0]?.field ?? ''), problems };
});

/** Environments in which every pair of kinds stands that goes together. */
export const kindsCases: readonly KindsCase[] = makeCases(coveringArray(sizes, isAllowed));

function isAllowed(...pair: readonly Option[]): boolean {
  return !refused.has(JSON.stringify([...pair].sort((one, other) => one.dimension - other.dimension)));
}

function makeCases(rows: readonly (readonly number[])[]): KindsCase[] {
  const uses = new Map<string, number>();
  return rows.map((row, index) => {
    const kinds = row.flatMap((option, dimension) => dimensions[dimension]?.[option] ?? []);
    const { environment } = settled(`case-${index}`, kinds, uses);
    return { kinds: kinds.map(({ field, name }) => `${field} ${name}`), environment };
  });
}
