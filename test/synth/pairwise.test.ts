import { validateEnvironment } from '../../lib/platform/environment-validation';
import { buildEnvironment, lintOutput, mergeFiles } from '../../lib/synth/render-environment';
import { customObjectViolations } from '../support/cel/definitions';
import { allPairs, coveringArray } from '../support/covering-array';
import { kindsCases, refusedPairs } from '../support/every-kind';
import { idOf, type Manifest } from '../support/manifests';
import { sample } from '../support/sample-platform';
import { changedByServer } from '../support/stored-form';

/**
 * Every pair of kinds (edge, database, cache, secrets, monitoring, logs) and versions of Kubernetes, in environments that are
 * made from the schemas: a new kind is among them as soon as its schema is.
 */
describe('every pair', () => {
  test.each(kindsCases.map(({ kinds, environment }) => [kinds.join(', '), environment] as const))(
    '%s',
    (_, environment) => {
      expect(validateEnvironment(sample, environment)).toEqual([]);
      const output = buildEnvironment(sample, environment);
      expect(lintOutput(output)).toEqual([]);
      const made = Object.values(mergeFiles(output)).flat();
      expect(customObjectViolations(made)).toEqual([]);
      const objects = made as readonly unknown[] as readonly Manifest[];
      expect(objects.length).toBeGreaterThan(20);
      const changes = objects.flatMap((object) =>
        changedByServer(object).map((change) => `${idOf(object)}: ${change}`),
      );
      expect(changes).toEqual([]);
    },
  );

  test('is left out only where validation says of both kinds that they do not go together', () => {
    for (const { fields, problems } of refusedPairs) {
      for (const field of fields) expect(problems.join('\n')).toMatch(new RegExp(`\\b${field}\\.`));
    }
  });

  test('stands in a case, of the kinds that there have always been', () => {
    const pairs = kindsCases.flatMap(({ kinds }) => kinds.flatMap((one) => kinds.map((other) => `${one}, ${other}`)));
    expect(pairs).toEqual(
      expect.arrayContaining([
        'edge ingress, database cluster',
        'database ephemeral, cache replicated',
        'database managed, kubernetes 1.36',
        'monitoring bundled, logs loki',
        'cache managed, monitoring none',
      ]),
    );
  });
});

test('a covering array has every allowed pair and no other, in few rows', () => {
  const sizes = [4, 3, 2, 2];
  const isAllowed = (...[one, other]: Parameters<Parameters<typeof allPairs>[1]>) =>
    !(one.dimension + other.dimension === 5 && one.option + other.option === 0);
  const rows = coveringArray(sizes, isAllowed);
  const stated = rows.flatMap((row) =>
    row.flatMap((option, dimension) =>
      row.slice(dimension + 1).map((other, index) => `${dimension}.${option} ${dimension + 1 + index}.${other}`),
    ),
  );
  const allowed = allPairs(sizes, isAllowed).map(
    ([one, other]) => `${one.dimension}.${one.option} ${other.dimension}.${other.option}`,
  );
  expect([...new Set(stated)].sort()).toEqual([...allowed].sort());
  expect(rows.length).toBeLessThan(18);
});

test('a pair that no row can have is an error', () => {
  expect(() => coveringArray([1, 1, 1], (one, other) => one.dimension + other.dimension !== 3)).toThrow(
    'no row has 0.0 1.0: dimension 2 has no option left',
  );
});
