import { parseQuantity } from '../../lib/lint/scaling/quantity';

test.each([
  [2, 2],
  ['2', 2],
  ['250m', 0.25],
  ['0.5', 0.5],
  ['1e3', 1000],
  ['1Gi', 1073741824],
  ['500M', 500000000],
  ['1k', 1000],
  ['lots', undefined],
  ['1 Gi', undefined],
  [null, undefined],
])('%p is %p', (quantity, amount) => {
  expect(parseQuantity(quantity)).toBe(amount);
});
