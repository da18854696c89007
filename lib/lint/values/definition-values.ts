import type { Cursor } from '../../manifests/cursor';
import type { Violation } from '../rule';
import { form, oneOf, type ValueFamily } from './value-family';

/** At least three words, so that webhooks of different origin have different names. */
const webhook = {
  name: form(
    /^[a-z0-9-]+(\.([a-z0-9-]+|\$\([^)]*\))){2,}$/,
    253,
    'a domain of three or more parts, such as pods.shop.example.org',
  ),
  failurePolicy: oneOf('Ignore', 'Fail'),
};

export const definitionValues: ValueFamily = {
  name: 'definition-values',
  finds:
    'A value of a CustomResourceDefinition or webhook that is refused: a name that is not made of the plural and the group, no version or two that are stored, a version without a schema, a webhook whose name is not a domain.',
  why: 'The API server refuses the object.',
  example: `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: shop.example.org }
spec:
  group: example.org
  scope: Namespaced
  names: { kind: Shop, plural: shops }
  versions: [{ name: v1, served: true, storage: true }]
`,
  limits: {
    'apiextensions.v1.CustomResourceDefinitionSpec': { scope: oneOf('Namespaced', 'Cluster') },
    'admissionregistration.v1.MutatingWebhook': webhook,
    'admissionregistration.v1.ValidatingWebhook': webhook,
  },
  relations: { 'apiextensions.v1.CustomResourceDefinition': definition },
};

function* definition(at: Cursor): Generator<Violation> {
  const versions = at.items('spec', 'versions');
  // A patch of kustomize states no versions.
  if (versions.length === 0) return;
  const name = `${at.text('spec', 'names', 'plural')}.${at.text('spec', 'group')}`;
  if (at.text('metadata', 'name') !== name) {
    const place = at.at('metadata', 'name');
    yield { at: place, message: `the name is not that of its plural and group`, remedy: `name it ${name}` };
  }
  const stored = versions.filter((version) => version.flag('storage') === true);
  if (stored.length !== 1) {
    yield {
      at: at.at('spec', 'versions'),
      message: `${stored.length === 0 ? 'no version is' : `${stored.length} versions are`} stored`,
      remedy: 'state storage: true for one version',
    };
  }
  for (const version of versions) {
    if (version.has('schema', 'openAPIV3Schema') || version.flag('served') === false) continue;
    const place = version.at('schema');
    yield { at: place, message: 'the version has no schema', remedy: 'state schema.openAPIV3Schema' };
  }
}
