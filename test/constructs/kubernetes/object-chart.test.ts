import { readFileSync } from 'node:fs';
import { ApiObject, App, Chart, type IResolver, JsonPatch, Lazy, type ResolutionContext } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ObjectChart } from '../../../lib/constructs/kubernetes/object-chart';
import { plainObject, renamedFields } from '../../../lib/constructs/kubernetes/plain-object';

const custom = { apiVersion: 'shop.example/v1', kind: 'Shop' };

/** The text of what a chart makes, which has the order of the objects and of their fields too, beside that of cdk8s. */
function written(add: (chart: Chart) => void): [own: string, cdk8s: string] {
  const chart = new ObjectChart(new App(), 'chart', { disableResourceNameHashes: true, namespace: 'shop' });
  add(chart);
  return [chart.toJson(), Chart.prototype.toJson.call(chart)].map((objects) => JSON.stringify(objects, null, 1)) as [
    string,
    string,
  ];
}

test.each<[string, (chart: Chart) => void]>([
  ['no object', () => undefined],
  ['an object without fields', (chart) => new ApiObject(chart, 'shop', custom)],
  [
    'fields in any order',
    (chart) => new ApiObject(chart, 'shop', { spec: { b: 1, a: { d: 2, c: [{ f: 3, e: 4 }] } }, ...custom }),
  ],
  [
    'nothing',
    (chart) =>
      new ApiObject(chart, 'shop', { ...custom, spec: { a: null, b: undefined, c: [], d: {}, e: '', f: 0, g: false } }),
  ],
  ['nothing in a list', (chart) => new ApiObject(chart, 'shop', { ...custom, spec: { list: [1, null, undefined] } })],
  [
    'metadata with nothing',
    (chart) =>
      new ApiObject(chart, 'shop', {
        ...custom,
        metadata: { labels: {}, annotations: {}, finalizers: [], own: { a: [] } },
      }),
  ],
  [
    'metadata that is added',
    (chart) => {
      const { metadata } = new ApiObject(chart, 'shop', { ...custom, metadata: { labels: { b: '1' } } });
      metadata.addLabel('a', '2');
      metadata.addAnnotation('note', 'text');
      metadata.addFinalizers('shop.example/wait');
      metadata.addOwnerReference({ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '1' });
      metadata.add('generateName', 'shop-');
    },
  ],
  [
    'a text that is made later',
    (chart) => new ApiObject(chart, 'shop', { ...custom, spec: { a: Lazy.any({ produce: () => ['later'] }) } }),
  ],
  ['a token', (chart) => new ApiObject(chart, 'shop', { ...custom, spec: { a: { resolve: () => 'resolved' } } })],
  [
    'a quantity of a custom kind',
    (chart) => new ApiObject(chart, 'shop', { ...custom, spec: { a: k8s.Quantity.fromString('1Gi') } }),
  ],
  [
    'quantities and ports',
    (chart) =>
      new k8s.KubePod(chart, 'pod', {
        spec: {
          containers: [
            {
              name: 'shop',
              resources: { limits: { memory: k8s.Quantity.fromString('1Gi'), cpu: k8s.Quantity.fromNumber(2) } },
              livenessProbe: { httpGet: { port: k8s.IntOrString.fromNumber(80), path: '/' } },
            },
          ],
        },
      }),
  ],
  [
    'fields with other names',
    (chart) => new k8s.KubeService(chart, 'shop', { spec: { clusterIp: 'None', type: 'ClusterIP' } }),
  ],
  [
    'such a field beside one that its new name comes before',
    (chart) => new k8s.KubeService(chart, 'shop', { spec: { clusterIPs: ['None'], clusterIp: 'None' } }),
  ],
  [
    'such a field in a list, and one that stands elsewhere',
    (chart) => {
      const downwardApi = { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] };
      const volumes = [{ name: 'own', projected: { sources: [{ downwardApi }] } }];
      new k8s.KubePod(chart, 'pod', { spec: { containers: [], volumes } });
      new k8s.KubePod(chart, 'other', { spec: { containers: [], volumes: [{ name: 'other', downwardApi }] } });
    },
  ],
  [
    'labels that look like such a field',
    (chart) =>
      new k8s.KubeService(chart, 'shop', {
        metadata: { labels: { clusterIp: 'a' } },
        spec: { clusterIp: 'None', selector: { clusterIp: 'a' } },
      }),
  ],
  [
    'data that looks like such a field',
    (chart) => new k8s.KubeConfigMap(chart, 'shop', { data: { clusterIp: 'a', value: 'b' } }),
  ],
  [
    'a patch',
    (chart) =>
      new ApiObject(chart, 'shop', { ...custom, spec: { a: 1 } }).addJsonPatch(JsonPatch.replace('/spec/a', 2)),
  ],
  [
    'objects that depend on others',
    (chart) => {
      const [late, early, last] = ['late', 'early', 'last'].map((id) => new Construct(chart, id)) as [
        Construct,
        Construct,
        Construct,
      ];
      for (const scope of [late, early, last])
        for (const id of ['one', 'two']) new ApiObject(new Construct(scope, id), 'object', custom);
      const single = new ApiObject(chart, 'single', custom);
      late.node.addDependency(early, single);
      single.node.addDependency(last);
    },
  ],
  [
    'an object that another depends on, behind one that none does',
    (chart) => {
      const [first, , third] = ['first', 'second', 'third'].map((id) => new ApiObject(chart, id, custom));
      third?.addDependency(first as ApiObject);
    },
  ],
  [
    'a chart in the chart',
    (chart) => {
      const first = new ApiObject(chart, 'first', custom);
      first.addDependency(new ApiObject(new Chart(chart, 'inner'), 'second', custom));
    },
  ],
])('the objects are those of cdk8s: %s', (_, add) => {
  const [own, cdk8s] = written(add);
  expect(own).toBe(cdk8s);
});

test('what cdk8s refuses is refused', () => {
  const [own, other] = ['own', 'other'].map((id) => new ObjectChart(new App(), id)) as [ObjectChart, ObjectChart];
  own.node.addValidation({ validate: () => ['the shop is closed'] });
  expect(() => own.toJson()).toThrow('the shop is closed');
  new ApiObject(other, 'shop', { ...custom, spec: { a: new Map() } });
  expect(() => other.toJson()).toThrow("can't render non-simple object of type 'Map'");
});

test('an App that resolves values in its own way does so', () => {
  const resolver = {
    resolve: (context: ResolutionContext) => context.value === 'later' && context.replaceValue('now'),
  };
  const chart = new ObjectChart(new App({ resolvers: [resolver as IResolver] }), 'chart');
  new ApiObject(chart, 'shop', { ...custom, spec: { a: 'later' } });
  expect(chart.toJson()).toEqual([expect.objectContaining({ spec: { a: 'now' } })]);
});

test('objects that depend on each other have no order', () => {
  const chart = new ObjectChart(new App(), 'chart');
  const [one, other] = ['one', 'other'].map((id) => new ApiObject(chart, id, custom)) as [ApiObject, ApiObject];
  one.addDependency(other);
  other.addDependency(one);
  expect(() => chart.toJson()).toThrow('chart/one, chart/other, chart/one: depend on each other');
});

test('every field that cdk8s-plus renames is known', () => {
  const source = readFileSync(require.resolve('cdk8s-plus-27/lib/imports/k8s.js'), 'utf8');
  const fields = [...source.matchAll(/^ {8}'([^']+)': .*?\bobj\.(\w+)/gm)].filter(([, name, field]) => name !== field);
  expect([...renamedFields].sort()).toEqual([...new Set(fields.map(([, , field]) => field))].sort());
});

test('an object that cdk8s keeps in a way that is not known is made by cdk8s', () => {
  const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'made' } };
  const kept = { props: {}, patches: [], metadata: { _additionalAttributes: {} } };
  for (const field of Object.keys(kept)) {
    const object = { ...kept, [field]: undefined, toJson: () => made };
    expect(plainObject(object as never)).toBe(made);
  }
});
