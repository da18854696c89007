import { writeSecretManifest } from '../../lib/synth/secret-files';
import { namespaceScope } from '../support/shop';

test('the Secret has the keys of the contract and no other', () => {
  const values = { DB_PASSWORD: 'swordfish', API_KEY: 'clé: "1"\n', OTHER: 'not of the contract' };
  expect(
    writeSecretManifest(namespaceScope, 'shop-secrets', ['DB_PASSWORD', 'API_KEY'], values),
  ).toMatchInlineSnapshot(`
"apiVersion: v1
kind: Secret
metadata:
  annotations:
    helm.sh/resource-policy: keep
  labels:
    app.kubernetes.io/part-of: shop
    app.kubernetes.io/managed-by: cdk8s
    environment: test
  name: shop-secrets
  namespace: shop-test
data:
  DB_PASSWORD: c3dvcmRmaXNo
  API_KEY: Y2zDqTogIjEiCg==
type: Opaque
"
`);
});
