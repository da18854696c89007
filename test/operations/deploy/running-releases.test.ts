import { Kubectl } from '../../../lib/cluster/kubectl';
import { readRunningReleases } from '../../../lib/operations/deploy/target-releases';
import { veza } from '../../../lib/veza/veza';
import { staging } from '../../support/environments/staging';

/** What a deploy of some services finds where others run images. */
function running(images: Readonly<Record<string, string>>, services: readonly string[]) {
  const deployments = Object.entries(images).map(([name, image]) => ({
    kind: 'Deployment',
    metadata: { name: `veza-${name}`, namespace: staging.namespace },
    spec: { template: { spec: { containers: [{ name, image }] } } },
  }));
  const stdout = JSON.stringify({ items: deployments });
  const kubectl = new Kubectl('context', async () => ({ status: 0, stdout, stderr: '' }));
  return readRunningReleases(kubectl, veza, staging, { version: 'v2.0.0', services });
}

const images = {
  'backend-api': 'mirror.test/veza/backend-api:v1.0.0',
  'chat-server': 'ghcr.io/veza/chat-server:v1.2.0',
};

test('the release of a service that stays is what it runs; one that does not run has none', async () => {
  expect(await running(images, ['backend-api'])).toStrictEqual({ 'chat-server': 'v1.2.0' });
});

test('an image with a digest stays at that digest', async () => {
  const release = `v1.2.0@sha256:${'0'.repeat(64)}`;
  const pinned = { ...images, 'chat-server': `ghcr.io/veza/chat-server:${release}` };
  expect(await running(pinned, ['backend-api'])).toStrictEqual({ 'chat-server': release });
});

test.each([
  ['of another registry', images['backend-api']],
  ['without a version', 'ghcr.io/veza/backend-api:latest'],
  ['with no tag but a digest', `ghcr.io/veza/backend-api@sha256:${'0'.repeat(64)}`],
])('an image %s cannot stay, and is not replaced unasked', async (_, image) => {
  await expect(running({ ...images, 'backend-api': image }, ['chat-server'])).rejects.toMatchObject({
    problems: [
      `veza-staging Deployment/veza-backend-api: runs ${image}, which is not a release of ghcr.io/veza/backend-api, so it cannot be kept; deploy it too: --service backend-api`,
    ],
  });
});

test('where all services move, it does not matter what they run', async () => {
  expect(await running(images, [])).toStrictEqual({});
});
