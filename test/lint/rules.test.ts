import { parseAllDocuments } from 'yaml';
import { lintManifests } from '../../lib/lint/lint-manifests';
import { rules } from '../../lib/lint/rules';
import { expectCommitted } from '../support/golden';
import { writeRuleDocumentation } from './rule-documentation';

test('every rule has a unique name, also among the former names', () => {
  const names = rules.flatMap(({ name, formerNames = [] }) => [name, ...formerNames]);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
});

test('docs/lint.md documents every rule', () => {
  expectCommitted({ 'docs/lint.md': writeRuleDocumentation(rules) });
});

const documented = rules.flatMap(({ name, example }) => (example ? [{ name, example }] : []));

test('every rule has an example, but those that need more than manifests', () => {
  const without = rules.filter(({ example }) => !example).map(({ name }) => name);
  expect(without).toEqual(['unique-keys', 'connection-budget', 'missing-connections', 'unexpected-connections']);
});

test.each(documented)('$name finds something in its example', ({ name, example }) => {
  const objects = parseAllDocuments(example).map((document): unknown => document.toJS());
  expect(lintManifests(objects, { policy: true }).map(({ rule }) => rule)).toContain(name);
});

test('nothing is wrong with no objects, and with objects that state nothing', () => {
  expect(lintManifests([], { policy: true })).toEqual([]);
  const kinds = ['ConfigMap', 'Pod', 'Secret', 'Service', 'ServiceAccount'];
  const bare = kinds.map((kind) => ({ apiVersion: 'v1', kind, metadata: { name: 'bare', namespace: 'shop' } }));
  expect(lintManifests(bare, { policy: false })).toEqual([]);
});

test('what is no object at all is reported, and breaks nothing', () => {
  const strange = [null, 'text', 7, [], { kind: 'Deployment', apiVersion: 'apps/v1', spec: 'none', metadata: [] }];
  expect(lintManifests(strange, { policy: true }).filter(({ rule }) => rule === 'api-versions')).toHaveLength(4);
});

test('names that JavaScript has a meaning for are names like any other', () => {
  const odd = ['constructor', '__proto__', 'toString'];
  const metadata = (name: string) => ({ name, namespace: 'shop', labels: JSON.parse(`{ "${name}": "${name}" }`) });
  const objects = odd.flatMap((name) => [
    { apiVersion: 'v1', kind: name, metadata: metadata(name) },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: metadata(name),
      spec: {
        containers: [
          { name: 'odd', envFrom: [{ configMapRef: { name } }], resources: { limits: { cpu: `1${name}` } } },
        ],
        volumes: [{ name, configMap: { name, items: [{ key: name, path: `${name}.env` }] } }],
      },
    },
  ]);
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: metadata('quota'), spec: { hard: { cpu: '1' } } };
  expect(() => lintManifests([...objects, quota], { policy: true })).not.toThrow();
});
