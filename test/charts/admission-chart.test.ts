import { AdmissionChart } from '../../lib/charts/cluster-chart';
import { idOf } from '../support/manifests';
import { synthesized } from '../support/synth';

function idsOf(permitted: ReadonlyMap<string, readonly string[]>): string[] {
  const props = { platform: 'shop', environment: 'test', kind: 'deny', operatorNamespaces: ['cert-manager'] } as const;
  const ids: string[] = [];
  synthesized((scope) => {
    ids.push(...new AdmissionChart(scope, 'admission', { ...props, permitted }).toJson().map(idOf));
  });
  return ids;
}

test('each namespace with pods has a policy and its binding; without any there is nothing', () => {
  const pods = ['web account registry.test/web'];
  expect(
    idsOf(
      new Map([
        ['shop-test', pods],
        ['shop-test-logs', pods],
      ]),
    ),
  ).toEqual([
    'ValidatingAdmissionPolicy/shop-test-pods',
    'ValidatingAdmissionPolicyBinding/shop-test-pods',
    'ValidatingAdmissionPolicy/shop-test-logs-pods',
    'ValidatingAdmissionPolicyBinding/shop-test-logs-pods',
  ]);
  expect(idsOf(new Map())).toEqual([]);
});
