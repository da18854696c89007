import { findSchemaProblems } from '../../../lib/platform/errors';
import {
  getMaximumReplicas,
  getMinimumReplicas,
  type Scaling,
  scalingSchema,
} from '../../../lib/platform/settings/scaling';

const range: Scaling = { kind: 'auto', min: 2, max: 5, targetCpu: 70 };

test('a fixed number is the least and the most', () => {
  const fixed: Scaling = { kind: 'fixed', replicas: 3 };
  expect([getMinimumReplicas(fixed), getMaximumReplicas(fixed)]).toStrictEqual([3, 3]);
});

test('a range has its own bounds', () => {
  expect([getMinimumReplicas(range), getMaximumReplicas(range)]).toStrictEqual([2, 5]);
});

test('a range of one number is a range', () => {
  expect(findSchemaProblems(scalingSchema, { ...range, min: 5 }, 'scaling')).toStrictEqual([]);
});
