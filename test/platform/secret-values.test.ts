import { findMissingSecretValues, findShortPasswords, isPlaceholder } from '../../lib/platform/service-settings';
import { guideObjects } from '../support/guide';

test('a usable value for each key is no problem', () => {
  expect(findMissingSecretValues(['A', 'B'], { A: 'x', B: ' has spaces ', C: '' }, 'test')).toStrictEqual([]);
});

test('every key without a usable value is named, and no value is', () => {
  const values = { B: '', C: '  ', D: 'your-key', E: 'change-me', F: '<key>', G: 'fine' };
  expect(findMissingSecretValues(['A', 'B', 'C', 'D', 'E', 'F', 'G'], values, 'test.secrets')).toStrictEqual([
    'test.secrets: secret A is missing; supply it in .env.<environment> or as an environment variable',
    'test.secrets: secret B is empty; supply a value',
    'test.secrets: secret C is empty; supply a value',
    'test.secrets: secret D is still a placeholder; supply the real value',
    'test.secrets: secret E is still a placeholder; supply the real value',
    'test.secrets: secret F is still a placeholder; supply the real value',
  ]);
});

test('the values that the guide prints are placeholders, every one', () => {
  const data = Object.entries(guideObjects.find(({ kind }) => kind === 'Secret')?.data ?? {});
  const values = Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
  expect(data).toHaveLength(8);
  expect(findMissingSecretValues(Object.keys(values), values, 'guide')).toStrictEqual(
    data.map(([key]) => `guide: secret ${key} is still a placeholder; supply the real value`),
  );
});

test.each(['your-key', 'YOUR_KEY', 'changeme', 'change_me', 'Change-Me-Please', '<your key here>'])(
  '%s is a placeholder',
  (value) => expect(isPlaceholder(value)).toBe(true),
);

test.each(['', 'yours', 'exchange-me', '<unclosed', 'a<b>', 'key'])('%j is no placeholder', (value) => {
  expect(isPlaceholder(value)).toBe(false);
});

test('a password that is too short is named, and only once if it is no password at all', () => {
  const values = { A: 'x'.repeat(15), B: 'x'.repeat(16), C: 'é'.repeat(8), D: '', E: 'changeme' };
  expect(findShortPasswords(['A', 'B', 'C', 'D', 'E'], values, 16, 'test.secrets')).toStrictEqual([
    'test.secrets: secret A has fewer than 16 characters; supply a longer one',
  ]);
});
