import { lintManifests, lintSet } from '../../lib/lint/lint-manifests';
import { ManifestSet } from '../../lib/manifests/manifest-set';
import { fixture } from './fixtures';

describe("manifests of other people's that are well made", () => {
  const set = new ManifestSet(fixture('well-made'));

  test('are many', () => {
    expect(set.objects).toHaveLength(70);
    expect(set.pods).toHaveLength(11);
  });

  test('break no rule, and follow the profile too', () => {
    expect(lintSet(set, { policy: true })).toEqual([]);
  });

  test('have some kinds that no rule knows', () => {
    expect(set.unknown.types).toEqual(['trust.cert-manager.io/v1alpha1 Bundle']);
  });
});

test('what is assumed exists', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'reader', namespace: 'shop' },
    spec: {
      serviceAccountName: 'outsider',
      containers: ['A', 'B'].map((key) => ({
        name: key.toLowerCase(),
        image: 'example.org/reader:1',
        env: [{ name: key, valueFrom: { secretKeyRef: { name: 'outside', key } } }],
      })),
    },
  };
  const messagesFor = (...assume: string[]) =>
    lintManifests([pod], { policy: false, assume }).map(({ message }) => message);
  expect(messagesFor('Secret/shop/outside', 'ServiceAccount/shop/outsider')).toEqual([]);
  expect(messagesFor('Secret/shop/outside/A', 'ServiceAccount/shop/outsider')).toEqual([
    'Secret outside has no key "B" (it has A)',
  ]);
  expect(messagesFor('Secret/other/outside', 'ServiceAccount/other/outsider')).toEqual([
    'Secret outside does not exist in shop (there is none)',
    'Secret outside does not exist in shop (there is none)',
    'ServiceAccount outsider does not exist in shop (there is none)',
  ]);
});
