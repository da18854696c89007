import { checkEndpoints } from '../../../lib/operations/health/endpoints';
import { object, snapshot } from './cluster';

const template = { metadata: { labels: { app: 'api', version: 'v1' } } };
const service = object('Service', 'api', { spec: { selector: { app: 'api' } } });
const fixed = object('Deployment', 'api', { spec: { replicas: 2, template } });
const scaled = object('Deployment', 'api', { spec: { template } });
const autoscaler = object('HorizontalPodAutoscaler', 'api', {
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' }, minReplicas: 3, maxReplicas: 6 },
});

const slice = (endpointList: readonly object[] | null, metadata: object = {}) =>
  object('EndpointSlice', 'api-x', {
    metadata: { labels: { 'kubernetes.io/service-name': 'api' }, ...metadata },
    endpoints: endpointList,
  });
const endpoint = (name: string, conditions?: object) => ({ addresses: [name], targetRef: { name }, conditions });
const [one, two, three] = ['a', 'b', 'c'].map((name) => endpoint(name, { ready: true, serving: true })) as [
  object,
  object,
  object,
];

const details = (...args: Parameters<typeof snapshot>) =>
  checkEndpoints(snapshot(...args)).map(({ state, object: what, detail }) => `${state} ${what}: ${detail}`);

test('the minimum is the number of replicas, or the minimum of the autoscaler', () => {
  expect(details([slice([one]), slice([two])], [service, fixed])).toEqual([
    'ok shop Service/api: 2 ready endpoints, minimum 2',
  ]);
  expect(details([slice([one, two, three])], [service, scaled, autoscaler])).toEqual([
    'ok shop Service/api: 3 ready endpoints, minimum 3',
  ]);
  expect(details([slice([one, two])], [service, scaled, autoscaler])).toEqual([
    'failed shop Service/api: 2 ready endpoints, minimum 3; see the rows of its pods',
  ]);
});

test.each<[string, Parameters<typeof snapshot>[0]]>([
  ['no slice', []],
  ['a slice without endpoints', [slice(null)]],
  ["another Service's slice", [slice([two], { labels: { 'kubernetes.io/service-name': 'other' } })]],
  ['a slice of another namespace', [slice([two], { namespace: 'elsewhere' })]],
  ['an unready pod', [slice([endpoint('b', { ready: false })])]],
  ['an unready pod that is published', [slice([endpoint('b', { ready: true, serving: false })])]],
  ['a pod that is about to end', [slice([endpoint('b', { ready: true, serving: true, terminating: true })])]],
  ['the same pod in its other address family', [slice([one])]],
])('%s does not count', (_, found) => {
  expect(details([slice([one]), ...found], [service, fixed])).toEqual([
    'failed shop Service/api: 1 ready endpoints, minimum 2; see the rows of its pods',
  ]);
});

test('missing conditions mean ready, as the API defines', () => {
  expect(details([slice([endpoint('a'), endpoint('b', {})])], [service, fixed])).toHaveLength(1);
  expect(details([slice([endpoint('a'), endpoint('b', {})])], [service, fixed])[0]).toMatch(/^ok /);
});

test('a Service without a selector has no row, and one without a workload needs one pod', () => {
  const outside = object('Service', 'outside', { spec: {} });
  expect(details([], [outside, service])).toEqual([
    'failed shop Service/api: 0 ready endpoints, minimum 1; see the rows of its pods',
  ]);
});
