import { lintManifests } from '../../lib/lint/lint-manifests';

/** What the rule finds in a rule of Prometheus, in an object of the operator and in a file of a ConfigMap. */
function messages(rule: object): string[] {
  const groups = [{ name: 'a', rules: [rule] }];
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'a' },
    spec: { groups },
  };
  const data = { 'rules.yml': `groups: ${JSON.stringify(groups)}\n` };
  const file = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data };
  const [ofObject, ofFile] = [object, file].map((each) =>
    lintManifests([each], { policy: false, rules: ['rule-syntax'] }).map(({ message }) => message),
  );
  expect(ofFile).toEqual(ofObject);
  return ofObject ?? [];
}

test.each([
  [{ expr: 'sum(rate(a[5m]) by (job)' }, 'the expression lacks a )'],
  [{ expr: 'rate(a[5m)' }, 'the expression has a ) that closes nothing'],
  [{ expr: 'a{b="c}' }, 'the expression has a " that does not end'],
  [{ expr: 'a)' }, 'the expression has a ) that closes nothing'],
  [{ expr: ' ' }, 'the rule has no expression'],
  [{}, 'the rule has no expression'],
  [{ expr: 'a', for: 5 }, '5 is not a time'],
  [{ expr: 'a', for: '5 min' }, '"5 min" is not a time'],
  [{ expr: 'a', keep_firing_for: 'm5' }, '"m5" is not a time'],
])('%j: %s', (fields, message) => {
  expect(messages({ alert: 'A', ...fields })).toEqual([message]);
});

test.each([
  { expr: 'a{b=~"c(d", e!=\'[\'} > 0 # at (least\nand b' },
  { expr: '1' },
  { expr: 1 },
  { expr: 'label_replace(a, "b", "$1)", "c", `(.+)\\)`)' },
  { expr: '{app="web"} |= "it\'s (" | json' },
  { expr: 'a', for: '1h30m', keep_firing_for: '0s' },
  { expr: 'a', for: 0 },
  { expr: 'a', for: '{{ hold }}' },
])('%j is a rule', (fields) => {
  expect(messages({ alert: 'A', ...fields })).toEqual([]);
});
