import { PlatformNamespace } from '../../../lib/constructs/namespace/platform-namespace';
import { namespaceScope } from '../../support/shop';
import { synthesized, yamlOf } from '../../support/synth';

test('a namespace enforces a standard, and nothing else is declared: a controller creates its default account', () => {
  const props = { namespaceScope, podSecurity: 'restricted' } as const;
  expect(yamlOf((scope) => new PlatformNamespace(scope, 'namespace', props))).toMatchInlineSnapshot(`
"apiVersion: v1
kind: Namespace
metadata:
  annotations:
    helm.sh/resource-policy: keep
  labels:
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/part-of: shop
    environment: test
    name: shop-test
    pod-security.kubernetes.io/audit: restricted
    pod-security.kubernetes.io/audit-version: latest
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/enforce-version: v1.27
    pod-security.kubernetes.io/warn: restricted
    pod-security.kubernetes.io/warn-version: latest
  name: shop-test
"
`);
});

test('a privileged namespace warns about no pod: its pods are meant to be privileged', () => {
  const props = { namespaceScope, podSecurity: 'privileged' } as const;
  const [namespace] = synthesized((scope) => new PlatformNamespace(scope, 'namespace', props));
  expect(namespace?.metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'privileged',
    'pod-security.kubernetes.io/audit': 'privileged',
    'pod-security.kubernetes.io/warn': 'privileged',
  });
});
