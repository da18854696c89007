import { lintManifests } from '../../lib/lint/lint-manifests';

/** What the rule finds in a configuration of Alertmanager, as a file. */
function messages(configuration: object): string[] {
  const lines = Object.entries(configuration).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  const data = { 'alertmanager.yml': lines.join('') };
  const file = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' }, data };
  return messagesOf(file);
}

function messagesOf(object: object): string[] {
  return lintManifests([object], { policy: false, rules: ['alert-receivers'] }).map(
    ({ path, message }) => `${path.split('.').slice(-2).join('.')}: ${message}`,
  );
}

const receivers = [{ name: 'web' }, { name: 'shop' }];

test('a route goes to a receiver that is stated, at any depth', () => {
  expect(messages({ route: { receiver: 'web', routes: [{ routes: [{ receiver: 'shopp' }] }] }, receivers })).toEqual([
    'routes[0].receiver: there is no receiver "shopp" (there is web, shop)',
  ]);
  expect(messages({ route: { receiver: 'web', routes: [{ receiver: 'shop' }, {}] }, receivers })).toEqual([]);
});

test('two receivers have different names', () => {
  const twice = [...receivers, { name: 'web' }];
  expect(messages({ route: { receiver: 'web' }, receivers: twice })).toEqual([
    expect.stringContaining('there is another receiver "web"'),
  ]);
});

test('what is no configuration of Alertmanager, or is filled in later, is left alone', () => {
  expect(messages({ receivers: { otlp: {} }, exporters: {} })).toEqual([]);
  expect(messages({ receivers: [] })).toEqual([]);
  expect(messages({ route: { receiver: 'web' } })).toEqual([]);
  expect(messages({ route: { receiver: '{{ team }}' }, receivers })).toEqual([]);
});

test('an AlertmanagerConfig is one by another way', () => {
  const object = (receiver: string) => ({
    apiVersion: 'monitoring.coreos.com/v1alpha1',
    kind: 'AlertmanagerConfig',
    metadata: { name: 'a', namespace: 'shop' },
    spec: { route: { receiver }, receivers },
  });
  expect(messagesOf(object('nobody'))).toHaveLength(1);
  expect(messagesOf(object('web'))).toEqual([]);
});
