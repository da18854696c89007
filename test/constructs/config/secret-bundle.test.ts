import { SecretBundle } from '../../../lib/constructs/config/secret-bundle';
import type { SecretSource } from '../../../lib/platform/settings/secret-source';
import { namespaceScope } from '../../support/shop';
import { synthesized, yamlOf } from '../../support/synth';

const keys = ['DB_PASSWORD', 'API_KEY'];

test.each<SecretSource>([{ kind: 'existing' }, { kind: 'values' }])(
  'makes nothing where the source is %j',
  (source) => {
    expect(synthesized((scope) => new SecretBundle(scope, 'secrets', { namespaceScope, keys, source }))).toStrictEqual(
      [],
    );
  },
);

test('an external source becomes an ExternalSecret with every key', () => {
  const source: SecretSource = {
    kind: 'external',
    storeKind: 'ClusterSecretStore',
    storeName: 'vault',
    remoteKey: 'shop/test',
    refreshInterval: '15m',
  };
  expect(
    yamlOf((scope) => new SecretBundle(scope, 'secrets', { namespaceScope, keys, source })),
  ).toMatchInlineSnapshot(`
"apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  annotations:
    helm.sh/resource-policy: keep
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-secrets
  namespace: shop-test
spec:
  data:
    - remoteRef:
        conversionStrategy: Default
        decodingStrategy: None
        key: shop/test
        metadataPolicy: None
        property: DB_PASSWORD
      secretKey: DB_PASSWORD
    - remoteRef:
        conversionStrategy: Default
        decodingStrategy: None
        key: shop/test
        metadataPolicy: None
        property: API_KEY
      secretKey: API_KEY
  refreshInterval: 15m
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    creationPolicy: Owner
    name: shop-secrets
"
`);
});

test('a variable requires its key', () => {
  expect.assertions(3);
  synthesized((scope) => {
    const bundle = new SecretBundle(scope, 'secrets', { namespaceScope, keys, source: { kind: 'existing' } });
    expect(bundle.variable('API_KEY')).toStrictEqual({
      name: 'API_KEY',
      valueFrom: { secretKeyRef: { name: 'shop-secrets', key: 'API_KEY' } },
    });
    expect(bundle.reference('DB_PASSWORD')).toStrictEqual({ name: 'shop-secrets', key: 'DB_PASSWORD' });
    expect(() => bundle.variable('API_KEYS')).toThrow('shop-secrets has no key API_KEYS; it has DB_PASSWORD, API_KEY');
  });
});
