import type { KubernetesClient } from '../../lib/cluster/kubernetes-client';
import { externalObjectProblems } from '../../lib/operations/deploy/preflight/external-objects';

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

test('nothing is asked where nothing lives outside', async () => {
  const { kubectl, asked } = clusterOf();
  expect([await externalObjectProblems(kubectl, []), asked]).toStrictEqual([[], []]);
});

test('an object that the cluster has is no problem', async () => {
  const { kubectl, asked } = clusterOf('service/mailhog');
  expect(await externalObjectProblems(kubectl, [mail])).toStrictEqual([]);
  expect(asked).toStrictEqual(['service/mailhog in shop']);
});

test('each object that it lacks is named', async () => {
  const account = { ...mail, kind: 'ServiceAccount', name: 'reader' } as const;
  const { kubectl } = clusterOf('service/other');
  expect(await externalObjectProblems(kubectl, [mail, account])).toStrictEqual([
    "Service shop/mailhog: the cluster does not have it; create it, or correct the environment's data",
    "ServiceAccount shop/reader: the cluster does not have it; create it, or correct the environment's data",
  ]);
});
