import { Priorities } from '../../../lib/constructs/namespace/priorities';
import { namespaceScope } from '../../support/shop';
import { synthesized } from '../../support/synth';

test("the classes of an environment carry its namespace's name, since the cluster has them once", () => {
  const names: string[] = [];
  const objects = synthesized((scope) => {
    const { services, stores } = new Priorities(scope, 'priorities', {
      namespaceScope,
      values: { services: 10, stores: 20 },
    });
    names.push(services, stores);
  });
  expect(names).toStrictEqual(['shop-test-services', 'shop-test-stores']);
  expect(objects).toStrictEqual(
    [
      ['services', 10],
      ['stores', 20],
    ].map(([kind, value]) => ({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: {
        name: `shop-test-${kind}`,
        labels: { 'app.kubernetes.io/part-of': 'shop', 'app.kubernetes.io/managed-by': 'cdk8s', environment: 'test' },
      },
      value,
      preemptionPolicy: 'PreemptLowerPriority',
      description: `Pods of the ${kind} in shop-test.`,
    })),
  );
});
