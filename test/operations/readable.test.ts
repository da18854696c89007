import { readableBytes, readableSpan } from '../../lib/operations/readable';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1.5 * 2 ** 30, '1.5 GiB'],
  [2 ** 60, '1048576.0 TiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(readableBytes(bytes)).toBe(text);
});

test.each([
  [0, '0 s'],
  [89, '89 s'],
  [90, '2 min'],
  [5399, '90 min'],
  [5400, '2 h'],
  [26 * 3600, '26 h'],
  [48 * 3600, '2 d'],
])('%d seconds are %s', (seconds, text) => {
  expect(readableSpan(seconds)).toBe(text);
});
