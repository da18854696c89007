import { Availability } from '../../../lib/constructs/service/availability';
import type { Scaling } from '../../../lib/platform/settings/scaling';
import { idOf } from '../../support/manifests';
import { namespaceScope } from '../../support/shop';
import { synthesized, yamlOf } from '../../support/synth';

const identity = { ...namespaceScope, name: 'shop-catalog', component: 'api' };

test.each<[string, Scaling, string[]]>([
  ['a single pod', { kind: 'fixed', replicas: 1 }, []],
  ['two pods', { kind: 'fixed', replicas: 2 }, ['PodDisruptionBudget/shop-catalog']],
  ['one pod or more', { kind: 'auto', min: 1, max: 3, targetCpu: 70 }, ['HorizontalPodAutoscaler/shop-catalog']],
])(
  '%s has an autoscaler and a budget where they apply, and nothing that blocks the drain of a node',
  (_, scaling, ids) => {
    expect(
      synthesized((scope) => new Availability(scope, 'availability', { identity, scaling })).map(idOf),
    ).toStrictEqual(ids);
  },
);

test('a range of pods has an autoscaler and a disruption budget', () => {
  const scaling: Scaling = { kind: 'auto', min: 2, max: 4, targetCpu: 60 };
  expect(yamlOf((scope) => new Availability(scope, 'availability', { identity, scaling }))).toMatchInlineSnapshot(`
"apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  labels:
    app: shop-catalog
    app.kubernetes.io/component: api
    app.kubernetes.io/instance: shop-catalog
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/name: shop-catalog
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-catalog
  namespace: shop-test
spec:
  behavior:
    scaleDown:
      policies:
        - periodSeconds: 60
          type: Pods
          value: 1
      stabilizationWindowSeconds: 300
    scaleUp:
      policies:
        - periodSeconds: 60
          type: Percent
          value: 100
      stabilizationWindowSeconds: 0
  maxReplicas: 4
  metrics:
    - resource:
        name: cpu
        target:
          averageUtilization: 60
          type: Utilization
      type: Resource
  minReplicas: 2
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: shop-catalog
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  labels:
    app: shop-catalog
    app.kubernetes.io/component: api
    app.kubernetes.io/instance: shop-catalog
    app.kubernetes.io/managed-by: cdk8s
    app.kubernetes.io/name: shop-catalog
    app.kubernetes.io/part-of: shop
    environment: test
  name: shop-catalog
  namespace: shop-test
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: shop-catalog
  unhealthyPodEvictionPolicy: AlwaysAllow
"
`);
});
