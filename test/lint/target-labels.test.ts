import { relabel } from '../../lib/lint/monitoring/target-labels';
import { Cursor } from '../../lib/manifests/cursor';

const target = { port: 'http-metrics', app: 'api', address: '10.0.0.1:80' };

function relabelled(...configs: readonly object[]): unknown {
  return relabel(target, new Cursor(configs).children());
}

test.each([
  ['keeps what matches as a whole', { source_labels: ['port'], regex: '.*metrics', action: 'keep' }, target],
  ['does not keep what matches in part', { source_labels: ['port'], regex: 'metrics', action: 'keep' }, undefined],
  ['drops what matches', { source_labels: ['app', 'port'], regex: 'api;http-.+', action: 'drop' }, undefined],
  ['does not drop what is not there', { source_labels: ['phase'], regex: 'Failed', action: 'drop' }, target],
  ['replaces, by default with everything', { source_labels: ['app'], target_label: 'job' }, { ...target, job: 'api' }],
  [
    'replaces parts',
    { source_labels: ['address'], regex: '(.+):\\d+', replacement: '$1:9100', target_label: 'address' },
    { ...target, address: '10.0.0.1:9100' },
  ],
  ['ignores case if asked', { source_labels: ['app'], regex: '(?i)API', action: 'keep' }, target],
  ['lets pass what it cannot read', { source_labels: ['app'], regex: '(?P<name>web)', action: 'keep' }, target],
  ['drops what is not equal', { source_labels: ['port'], action: 'keepequal', target_label: 'app' }, undefined],
  ['keeps what is equal', { source_labels: ['app'], action: 'keepequal', target_label: 'app' }, target],
  ['drops what is equal', { source_labels: ['phase'], action: 'dropequal', target_label: 'role' }, undefined],
  ['ignores what only renames labels', { regex: 'app', action: 'labeldrop' }, target],
])('%s', (_, config, expected) => {
  expect(relabelled(config)).toEqual(expected);
});

test('one after the other', () => {
  const job = { source_labels: ['app'], target_label: 'job' };
  expect(relabelled(job, { source_labels: ['job'], regex: 'web', action: 'keep' }, job)).toBeUndefined();
});
