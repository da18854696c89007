import { parseAllDocuments } from 'yaml';
import { type CheckOptions, lintManifests } from '../../lib/lint/lint-manifests';
import { rules } from '../../lib/lint/rules';
import { type Change, findingsAfter, put } from './changes';
import { sampleConnections } from './sample-connections';

/**
 * Every rule has a mutation that it alone finds: its own example is added to nothing, or, where a rule needs to know more
 * than manifests, a set without findings is changed. A new rule without either fails here.
 */

/** Rules about every pod: each example with a pod breaks them. */
const aboutEveryPod = ['default-deny', 'unused-tokens'];

interface Mutation {
  /** Fixture that has no finding before. */
  readonly set: string;
  readonly changes: readonly Change[];
  /** What the rule gets beyond the objects before the mutation, and what with it. */
  readonly before: Partial<CheckOptions>;
  readonly after: Partial<CheckOptions>;
}

const unchanged = { set: 'well-made', changes: [], before: {} };
const network = {
  set: 'sample-network.yaml',
  before: { graphs: [sampleConnections] },
  after: { graphs: [sampleConnections] },
};

/** Mutations for the rules that no example can show. */
const mutations: Readonly<Record<string, Mutation>> = {
  'unique-keys': { ...unchanged, after: { duplicateKeys: [{ object: { kind: 'Service' }, path: ['kind'] }] } },
  'connection-budget': {
    ...unchanged,
    after: { connectionBudget: { available: 1, demands: [{ object: 'shop Deployment/web', connections: 2 }] } },
  },
  'missing-connections': { ...network, changes: [put('sample NetworkPolicy/store', '/spec/ingress', [])] },
  'unexpected-connections': {
    ...network,
    changes: [],
    after: { graphs: [{ ...sampleConnections, connections: sampleConnections.connections.slice(0, 2) }] },
  },
};

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
  const { example } = rule;

  test('has an example or another mutation, not both', () => {
    expect((example === undefined) === name in mutations).toBe(true);
  });

  test('alone finds something in its mutation', () => {
    const found = example === undefined ? findingsOfMutation(name) : findingsOfExample(name, example);
    expect([...new Set(found)]).toEqual([name]);
  });
});

function findingsOfExample(name: string, example: string): string[] {
  const objects = parseAllDocuments(example).map((document): unknown => document.toJS());
  const skip = aboutEveryPod.filter((each) => each !== name);
  const policy = rules.find((rule) => rule.name === name)?.class === 'policy';
  return lintManifests(objects, { policy, skip }).map(({ rule }) => rule);
}

function findingsOfMutation(name: string): string[] {
  const mutation = mutations[name];
  if (mutation === undefined) throw new Error(`${name} has no mutation`);
  const { set, changes, before, after } = mutation;
  expect(findingsAfter([], before, set)).toEqual([]);
  return findingsAfter(changes, after, set).map((line) => line.split(' | ')[0] ?? '');
}
