import { ConfigBundle } from '../../../lib/constructs/config/config-bundle';
import { namespaceScope } from '../../support/shop';
import { synthesized } from '../../support/synth';

const props = {
  namespaceScope,
  settings: { GREETING: 'hello', COLOUR: 'dark red' },
  files: { 'motd.txt': 'welcome\n' },
};

/** Calls with a bundle of two settings and a file. */
function withBundle<T>(use: (bundle: ConfigBundle) => T): T {
  const results: T[] = [];
  synthesized((scope) => results.push(use(new ConfigBundle(scope, 'config', props))));
  const [result] = results;
  if (result === undefined) throw new Error('there is no result');
  return result;
}

test('each setting is a key, and all of them are an env file', () => {
  expect(synthesized((scope) => new ConfigBundle(scope, 'config', props))).toStrictEqual([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'shop-config',
        namespace: 'shop-test',
        labels: { 'app.kubernetes.io/part-of': 'shop', 'app.kubernetes.io/managed-by': 'cdk8s', environment: 'test' },
      },
      data: {
        GREETING: 'hello',
        COLOUR: 'dark red',
        'motd.txt': 'welcome\n',
        'app.env': 'GREETING=hello\nCOLOUR="dark red"\n',
      },
    },
  ]);
});

test.each([
  ['SESSION_TOKEN_TTL', { 'polaris.fairwinds.com/sensitiveConfigmapContent-exempt': 'true' }],
  ['GREETING', undefined],
])('a setting named %s is exempted from Polaris if Polaris would take it for a secret', (name, annotations) => {
  const settings = { [name]: '3600' };
  const [configMap] = synthesized(
    (scope) => new ConfigBundle(scope, 'config', { namespaceScope, settings, files: {} }),
  );
  expect(configMap?.metadata.annotations).toStrictEqual(annotations);
});

test('a variable takes the value of a setting', () => {
  expect(withBundle((bundle) => bundle.variable('GREETING'))).toStrictEqual({
    name: 'GREETING',
    valueFrom: { configMapKeyRef: { name: 'shop-config', key: 'GREETING' } },
  });
});

test('content returns the stated keys only', () => {
  expect(withBundle((bundle) => bundle.content(['COLOUR', 'app.env']))).toStrictEqual({
    COLOUR: 'dark red',
    'app.env': 'GREETING=hello\nCOLOUR="dark red"\n',
  });
});

test.each([
  ['variable', (bundle: ConfigBundle) => bundle.variable('GREETINGS')],
  ['value', (bundle: ConfigBundle) => bundle.value('GREETINGS')],
  ['content', (bundle: ConfigBundle) => bundle.content(['GREETING', 'GREETINGS'])],
])('the %s of a key that does not exist is an error', (_, use) => {
  expect(() => withBundle<unknown>(use)).toThrow(
    'shop-config has no key GREETINGS; it has app.env, motd.txt, GREETING, COLOUR',
  );
});
