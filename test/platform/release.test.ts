import { findSchemaProblems } from '../../lib/platform/errors';
import { hasDigest, readReleaseTag, releaseSchema } from '../../lib/platform/release';

const malformed =
  'use a version such as v1.2.3 or v1.2.3-rc.1; to state the digest of its image, add @sha256: and 64 hexadecimal digits';
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

test.each([
  'v1.2.3',
  'v0.0.0',
  'v10.20.30',
  'v1.2.3-rc.1',
  'v1.2.3-20240101.abc-def',
  `v1.2.3-${'a'.repeat(56)}`,
  `v1.2.3@${digest}`,
  `v1.2.3-${'a'.repeat(56)}@${digest}`,
])('takes the version %s', (version) =>
  expect(findSchemaProblems(releaseSchema, version, 'release')).toStrictEqual([]),
);

test.each([
  '',
  '1.2.3',
  'v1.2',
  'v1.2.3.4',
  'V1.2.3',
  'v1.2.3-',
  'v1.2.3-a.',
  'v1.2.3-a..b',
  'v1.2.3+build',
  ' v1.2.3',
  'v1.2.3\n',
  'latest',
  'v1.2.3@',
  'v1.2.3@sha256:abc',
  `v1.2.3@${digest}0`,
  `v1.2.3@${digest.toUpperCase()}`,
  `@${digest}`,
])('refuses the version %j', (version) => {
  const line = `release: ${JSON.stringify(version)}: ${malformed}`;
  expect(findSchemaProblems(releaseSchema, version, 'release')).toStrictEqual([line]);
});

test('refuses a version that is too long for a label', () => {
  const version = `v1.2.3-${'a'.repeat(57)}`;
  const line = `release: "${version}": use at most 63 characters`;
  expect(findSchemaProblems(releaseSchema, version, 'release')).toStrictEqual([line]);
});

test('a digest belongs to the image, not to the label', () => {
  expect(readReleaseTag(`v1.2.3@${digest}`)).toBe('v1.2.3');
  expect(readReleaseTag('v1.2.3')).toBe('v1.2.3');
  expect([hasDigest(`v1.2.3@${digest}`), hasDigest('v1.2.3')]).toStrictEqual([true, false]);
});
