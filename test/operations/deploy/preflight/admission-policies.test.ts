import type { KubernetesClient } from '../../../../lib/cluster/kubernetes-client';
import type { KubernetesManifest } from '../../../../lib/manifests/manifest';
import {
  findAdmissionProblems,
  listAdmissionPermissions,
} from '../../../../lib/operations/deploy/preflight/admission-policies';
import { buildEnvironment, renderEnvironment } from '../../../../lib/synth/render-environment';
import { veza } from '../../../../lib/veza/veza';
import { changed } from '../../../support/changed';
import { DeployHarness } from '../../../support/deploy-harness';
import { shop, shopTest } from '../../../support/shop';
import { staging } from '../../../support/small-environment';

const admission = { kind: 'deny', operatorNamespaces: ['cert-manager'], earlier: [] } as const;
const kubernetes = { ...shopTest.kubernetes, minimum: '1.30', admission };
const environment = { ...shopTest, monitoring: { kind: 'none' }, kubernetes } as const;
const output = buildEnvironment(shop, environment);
const released = Object.values(output.files).flat();
const policies = Object.values(output.policyFiles).flat();
const apply = 'ask an administrator of the cluster to apply dist/test.admission.k8s.yaml';

/** A cluster that has these objects. */
function clusterOf(objects: readonly KubernetesManifest[]): KubernetesClient {
  const resources = {
    ValidatingAdmissionPolicy: 'policies',
    ValidatingAdmissionPolicyBinding: 'policybindings',
  } as const;
  const find = async (name: string) =>
    objects.find(({ kind, metadata }) => {
      const resource = resources[kind as keyof typeof resources];
      return name === `validatingadmission${resource}.admissionregistration.k8s.io/${metadata.name}`;
    });
  return { find } as unknown as KubernetesClient;
}

/** Policies that list other containers. */
function listing(...containers: readonly string[]): readonly KubernetesManifest[] {
  const [policy, ...rest] = policies as [KubernetesManifest];
  return [changed(policy, 'spec.variables.0.expression', JSON.stringify(containers)), ...rest];
}

const image = 'shop-catalog shop-service-account registry.test/shop/catalog';

test('the policies of the manifests permit their deploy, and so do some that permit more', async () => {
  const input = { environment, policies, released };
  expect(await findAdmissionProblems(clusterOf(policies), input)).toEqual([]);
  expect(await findAdmissionProblems(clusterOf(listing(image, 'a b c')), input)).toEqual([]);
});

test('a policy and its binding that are missing are named', async () => {
  expect(await findAdmissionProblems(clusterOf([]), { environment, policies, released: [] })).toEqual([
    `ValidatingAdmissionPolicy shop-test-pods: not found in the cluster; ${apply} first`,
    `ValidatingAdmissionPolicyBinding shop-test-pods: not found in the cluster; ${apply} first`,
  ]);
});

test('what the cluster would refuse is named', async () => {
  const problem = `ValidatingAdmissionPolicy shop-test-pods does not permit "${image}" of the manifests; ${apply}`;
  const input = { environment, policies, released };
  expect(await findAdmissionProblems(clusterOf(listing('a b c')), input)).toEqual([problem]);
  const [policy, binding] = policies as [KubernetesManifest, KubernetesManifest];
  const written = [changed(policy, 'spec.variables', [{ name: 'permitted', expression: 'params.all' }]), binding];
  expect(await findAdmissionProblems(clusterOf(written), input)).toEqual([problem]);
});

test('a rollback that the cluster would refuse is named with what to state', async () => {
  const before: KubernetesManifest[] = JSON.parse(JSON.stringify(released).replaceAll('/shop/catalog:', '/shop/old:'));
  expect(await findAdmissionProblems(clusterOf(policies), { environment, policies, released: before })).toEqual([
    'ValidatingAdmissionPolicy shop-test-pods does not permit "shop-catalog shop-service-account registry.test/shop/old" of ' +
      'the release that runs, so that a rollback would fail; state it in kubernetes.admission.earlier, synthesize, and ' +
      apply,
  ]);
});

test.each([
  ['that warn', changed(environment, 'kubernetes.admission.kind', 'warn')],
  ['that a GitOps tool delivers', changed(environment, 'deployment.delivery', 'flux')],
])('policies %s are not asked for', async (_, other) => {
  expect(await findAdmissionProblems(clusterOf([]), { environment: other, policies, released })).toEqual([]);
  expect(listAdmissionPermissions({ environment: other, policies })).toEqual([]);
});

test('a deploy reads them, and neither writes them nor asks for the right to', async () => {
  const guarded = { ...staging, kubernetes: { ...staging.kubernetes, minimum: '1.30', admission } };
  const harness = new DeployHarness(guarded);
  const { failed = [] } = await harness.deploy('v1.0.0');
  expect(failed.filter((line) => line.includes('staging.admission.k8s.yaml'))).toHaveLength(2);
  expect(harness.running).toEqual([]);
  await harness.cluster.apply(renderEnvironment(veza, guarded).policies);
  const applied = JSON.stringify(harness.cluster.objects.one('ValidatingAdmissionPolicy', 'veza-staging-pods'));
  expect(await harness.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  expect(JSON.stringify(harness.cluster.objects.one('ValidatingAdmissionPolicy', 'veza-staging-pods'))).toBe(applied);
  expect(
    listAdmissionPermissions({ environment: guarded, policies }).map(({ verb, name }) => `${verb} ${name}`),
  ).toEqual(['get shop-test-pods', 'get shop-test-pods']);
});
