import {
  formatCores,
  parseQuantity,
  readQuantity,
  toBinaryQuantity,
  tryParseQuantity,
} from '../../../lib/platform/settings/quantity';

test.each([
  ['0', 0],
  ['250m', 0.25],
  ['1.5', 1.5],
  ['1000m', 1],
  ['2k', 2000],
  ['3M', 3_000_000],
  ['1G', 1_000_000_000],
  ['1T', 1_000_000_000_000],
  ['1Ki', 1024],
  ['512Mi', 536_870_912],
  ['1Gi', 1_073_741_824],
  ['1Ti', 1_099_511_627_776],
  ['2n', 2e-9],
  ['2u', 2e-6],
  ['2P', 2e15],
  ['1Ei', 2 ** 60],
  ['-1', -1],
  ['+1', 1],
  ['.5', 0.5],
  ['1.', 1],
  ['1e3', 1000],
  ['2E-3', 0.002],
  ['1E', 1e18],
])('%s is %d', (text, value) => {
  expect(tryParseQuantity(text)).toBe(value);
});

test.each(['', ' 1', '1 Gi', '.', '1e', '1e3Ki', '1GB', '1gi', 'm', '1,5', 'NaN', '1constructor', '1__proto__'])(
  '%j is no quantity',
  (text) => {
    expect(tryParseQuantity(text)).toBeUndefined();
    expect(() => parseQuantity(text)).toThrow(`${text} is not a Kubernetes quantity such as 250m or 512Mi`);
  },
);

test.each([
  [0, '0'],
  [0.25, '250m'],
  [0.1 + 0.2, '300m'],
  [1, '1'],
  [24.65, '24650m'],
  [10, '10'],
])('%d cores are written %s', (cores, text) => {
  expect(formatCores(cores)).toBe(text);
});

test.each([
  [0, '0'],
  [1, '1'],
  [1023, '1023'],
  [1024, '1Ki'],
  [1536, '1536'],
  [1_572_864, '1536Ki'],
  [536_870_912, '512Mi'],
  [1_073_741_824, '1Gi'],
  [1_610_612_736, '1536Mi'],
  [1_099_511_627_776, '1Ti'],
  [0.5, '1'],
])('%d bytes are written %s', (bytes, text) => {
  expect(toBinaryQuantity(bytes)).toBe(text);
});

test.each([
  [2, 2],
  ['250m', 0.25],
  ['lots', undefined],
  [null, undefined],
  [{}, undefined],
])('the value %j of a field is %d', (value, number) => {
  expect(readQuantity(value)).toBe(number);
});
