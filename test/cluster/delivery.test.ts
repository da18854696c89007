import {
  findApplyWarnings,
  findDeliveryProblems,
  findDeployWarnings,
  findImageDifferences,
} from '../../lib/cluster/delivery';
import type { Delivery } from '../../lib/platform/settings/deployment';
import { changed } from '../support/changed';
import { shopTest } from '../support/shop';

const by = (delivery: Delivery) => changed(shopTest, 'deployment.delivery', delivery);

function namespace(delivery: Delivery, manager: string, annotations: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'shop',
      labels: { 'app.kubernetes.io/managed-by': manager },
      annotations: { 'veza.app/delivery': delivery, ...annotations },
    },
  };
}

const ofRelease = { 'meta.helm.sh/release-name': 'shop' };

function deployment(image: string, manager = 'Helm') {
  const labels = { 'app.kubernetes.io/managed-by': manager };
  const containers = [
    { name: 'api', image },
    { name: 'proxy', image: 'proxy:v1' },
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api', namespace: 'shop', labels },
    spec: { template: { spec: { containers } } },
  };
}

test('an environment that was delivered as it states has no problem, nor has an empty cluster', () => {
  expect(findDeliveryProblems(by('helm'), [namespace('helm', 'Helm', ofRelease), deployment('api:v1')])).toEqual([]);
  expect(findDeliveryProblems(by('apply'), [namespace('apply', 'cdk8s'), deployment('api:v1', 'cdk8s')])).toEqual([]);
  expect(findDeliveryProblems(by('helm'), [])).toEqual([]);
  expect(findDeployWarnings(by('helm'), [])).toEqual([]);
  expect(findApplyWarnings(by('helm'), [deployment('api:v1')], [])).toEqual([]);
});

test('an apply where Helm delivers is a problem, whether Helm wrote the object before or not', () => {
  expect(findDeliveryProblems(by('helm'), [namespace('helm', 'cdk8s', ofRelease), deployment('api:v1')])).toEqual([
    "1 of 2 objects were last written by `kubectl apply` of dist/, but test is delivered by `npx veza deploy`: what runs may differ from Helm's history; deploy the release that should run",
  ]);
  expect(findDeliveryProblems(by('helm'), [namespace('helm', 'cdk8s')])).toEqual([
    '1 of 1 objects were last written by `kubectl apply` of dist/, but test is delivered by `npx veza deploy`: the first deploy takes them over',
  ]);
});

test('a deploy where dist/ is applied is a warning before and after it', () => {
  expect(findDeployWarnings(by('apply'), [namespace('apply', 'cdk8s')])).toEqual([
    'test is delivered by `kubectl apply` of dist/: the next apply overwrites this deploy unless dist/ states it',
  ]);
  expect(findDeliveryProblems(by('apply'), [namespace('apply', 'Helm')])).toEqual([
    '1 of 1 objects were last written by `npx veza deploy`, but test is delivered by `kubectl apply` of dist/: the next apply overwrites them',
  ]);
});

test('a cluster that is marked with the other way of delivery is a problem', () => {
  expect(findDeliveryProblems(by('apply'), [namespace('helm', 'cdk8s')])).toEqual([
    'the cluster is marked as delivered by helm, and lib/veza/environments states apply for test',
  ]);
});

test('an image that differs is named with both versions, and with what an apply would do', () => {
  const [stated, live] = [[deployment('api:v1.0.0')], [deployment('api:v1.4.0')]];
  const difference = 'shop Deployment/api: api runs api:v1.4.0, dist/ states api:v1.0.0';
  expect(findImageDifferences(stated, live)).toEqual([difference]);
  expect(findImageDifferences(stated, stated)).toEqual([]);
  expect(findApplyWarnings(by('helm'), stated, live)).toEqual([
    `${difference}; do not apply dist/, which would overwrite that: test is delivered by \`npx veza deploy\``,
  ]);
  expect(findApplyWarnings(by('apply'), stated, [deployment('api:v1.4.0', 'cdk8s')])).toEqual([
    `${difference}; an apply replaces it`,
  ]);
});
