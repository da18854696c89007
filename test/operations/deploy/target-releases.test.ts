import { formatReleases, withReleases } from '../../../lib/operations/deploy/target-releases';
import { staging } from '../../support/environments/staging';
import { releasesAt } from '../../support/own-platform';

const running = { 'backend-api': 'v1.4.0', 'chat-server': 'v1.3.0' };

test('a version without services moves them all', () => {
  const moved = withReleases(staging, { version: 'v2.0.0', services: [] }, running);
  expect(moved.releases).toStrictEqual(releasesAt('v2.0.0'));
  expect(formatReleases(moved)).toBe('v2.0.0');
});

test('a named service moves alone: the others stay at what runs, or at what is stated if they do not run', () => {
  const moved = withReleases(staging, { version: 'v2.0.0', services: ['chat-server'] }, running);
  expect(moved.releases).toStrictEqual({ ...staging.releases, 'backend-api': 'v1.4.0', 'chat-server': 'v2.0.0' });
  expect(formatReleases(moved)).toMatch(/^backend-api v1\.4\.0, chat-server v2\.0\.0, stream-server v1\.0\.0/);
});

test('a release with a digest is called by its tag', () => {
  const release = `v2.0.0@sha256:${'0'.repeat(64)}`;
  const moved = withReleases(staging, { version: release, services: ['chat-server'] }, running);
  expect(moved.releases['chat-server']).toBe(release);
  expect(formatReleases(moved)).toMatch(/^backend-api v1\.4\.0, chat-server v2\.0\.0, stream-server v1\.0\.0/);
});
