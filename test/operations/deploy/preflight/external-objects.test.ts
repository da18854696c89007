import type { KubernetesClient } from '../../../../lib/cluster/kubernetes-client';
import { findMissingExternalObjects } from '../../../../lib/operations/deploy/preflight/cluster-requirements';

const mail = { kind: 'Service', namespace: 'shop', name: 'mailhog' } as const;

/** A cluster that has some objects, by kind and name. */
function clusterOf(...present: readonly string[]): { kubectl: KubernetesClient; asked: string[] } {
  const asked: string[] = [];
  const exists = async (object: string, namespace: string): Promise<boolean> => {
    asked.push(`${object} in ${namespace}`);
    return present.includes(object);
  };
  return { kubectl: { exists } as unknown as KubernetesClient, asked };
}

test('an environment without external objects causes no requests', async () => {
  const { kubectl, asked } = clusterOf();
  expect([await findMissingExternalObjects(kubectl, []), asked]).toStrictEqual([[], []]);
});

test('an existing object is no problem', async () => {
  const { kubectl, asked } = clusterOf('service/mailhog');
  expect(await findMissingExternalObjects(kubectl, [mail])).toStrictEqual([]);
  expect(asked).toStrictEqual(['service/mailhog in shop']);
});

test('each missing object is named', async () => {
  const account = { ...mail, kind: 'ServiceAccount', name: 'reader' } as const;
  const { kubectl } = clusterOf('service/other');
  expect(await findMissingExternalObjects(kubectl, [mail, account])).toStrictEqual([
    "Service shop/mailhog: not found in the cluster; create it, or correct the environment's data",
    "ServiceAccount shop/reader: not found in the cluster; create it, or correct the environment's data",
  ]);
});
