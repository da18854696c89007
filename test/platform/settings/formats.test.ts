import type { z } from 'zod';
import {
  cidr,
  dnsLabel,
  endpointHost,
  hostname,
  labels,
  port,
  quantity,
  selectorLabels,
  wholeNumber,
} from '../../../lib/platform/settings/formats';

const label = 'a'.repeat(63);

const formats: readonly [name: string, format: z.ZodType, taken: readonly unknown[], refused: readonly unknown[]][] = [
  ['label', dnsLabel, ['a', '1', 'veza-production', label], ['', 'A', '-a', 'a-', 'a.b', 'a_b', `${label}a`, 'a\n']],
  [
    'host name',
    hostname,
    ['veza.app', 'api.staging.veza.app', 'a-b.c1', `${label}.app`],
    ['', 'veza', 'veza.', '.app', '-a.app', 'a-.app', 'a..app', 'veza.1', 'Veza.app', 'a b.app', `${label}a.app`],
  ],
  [
    'host of an endpoint',
    endpointHost,
    ['db', 'db.veza.app', '10.0.0.1', '::1', 'fd00::7'],
    ['', 'a b', '10.0.0.256', '10.0.0', 'http://db', 'db:5432', 'DB'],
  ],
  ['port', port, [1, 80, 65535], [0, -1, 65536, 1.5, '80', Number.NaN]],
  [
    'range of addresses',
    cidr,
    [
      '0.0.0.0/0',
      '128.0.0.0/1',
      '10.0.0.0/8',
      '10.0.0.6/31',
      '255.255.255.255/32',
      '::/0',
      'fd00::/8',
      '::1/128',
      '2001:DB8::/32',
    ],
    [
      '10/8',
      '010.0.0.0/8',
      '0xa.0.0.0/8',
      'fe80::%eth0/64',
      '10.0.0.7/8',
      '10.0.0.7/31',
      '0.0.0.1/0',
      '256.0.0.0/8',
      '10.0.0.256/32',
      'fd00::7/8',
      '1::2::3/64',
      '::01.2.3.4/128',
      '::1.2.3.04/128',
      '',
      '10.0.0.0',
      '10.0.0.0/',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/08',
      '10.0.0.0/8/8',
      '::/129',
      'db/8',
      '/8',
    ],
  ],
  ['quantity', quantity, ['1', '250m', '0.5', '512Mi'], ['', '0', '0Mi', '-1', '512MB', 'half']],
];

test.each(formats.flatMap(([name, format, taken]) => taken.map((value) => [name, value, format] as const)))(
  'takes the %s %j',
  (_, value, format) => expect(format.safeParse(value).success).toBe(true),
);

test.each(formats.flatMap(([name, format, , refused]) => refused.map((value) => [name, value, format] as const)))(
  'refuses the %s %j',
  (_, value, format) => expect(format.safeParse(value).success).toBe(false),
);

test('a host name has at most 253 characters', () => {
  const long = `${'a.'.repeat(125)}app`;
  expect(long).toHaveLength(253);
  expect(hostname.safeParse(long).success).toBe(true);
  expect(hostname.safeParse(`a${long}`).success).toBe(false);
});

test.each([
  ['10.0.0.7/8', '10.0.0.0/8 for the range, or 10.0.0.7/32 for the one address'],
  ['fd00::7/64', 'fd00::/64 for the range, or fd00::7/128 for the one address'],
])('a range that is named by an address inside it, %s, is refused with both remedies', (text, remedies) => {
  const messages = cidr.safeParse(text).error?.issues.map(({ message }) => message);
  expect(messages).toStrictEqual([`is an address inside a range; use ${remedies}`]);
});

test.each([
  [{ min: 1 }, [1, 70_000], [0, 1.5, '1'], 'use a whole number of 1 or more'],
  [{ min: 0, max: 2 }, [0, 2], [-1, 3, 0.5], 'use a whole number from 0 to 2'],
  [{ min: 3, why: 'two are no majority' }, [3], [2], 'use a whole number of 3 or more: two are no majority'],
])('a whole number within %j is one, and any other is refused with its bounds', (bounds, taken, refused, remedy) => {
  const format = wholeNumber(bounds);
  const messages = (value: unknown) => (format.safeParse(value).error?.issues ?? []).map(({ message }) => message);
  expect(taken.flatMap(messages)).toStrictEqual([]);
  expect(refused.map(messages)).toStrictEqual(refused.map(() => [remedy]));
});

test('labels have the names and values that Kubernetes takes', () => {
  const isTaken = (value: unknown) => labels.safeParse(value).success;
  expect(
    [{}, { app: 'a' }, { 'example.com/team': '' }, { A_b: `${label}` }].filter((value) => !isTaken(value)),
  ).toEqual([]);
  expect([{ 'a b': 'c' }, { '/a': 'b' }, { a: 'b c' }, { a: `${label}a` }, { a: true }].filter(isTaken)).toEqual([]);
  expect([{}, { app: 'a' }].map((value) => selectorLabels.safeParse(value).success)).toEqual([false, true]);
});
