import { parseAllDocuments } from 'yaml';
import { lintManifests } from '../../lib/lint/lint-manifests';
import { kubernetesYaml } from '../../lib/manifests/kubernetes-yaml';

/** Manifests of which a rule is asked, what they are, and the objects that it finds something in. */
export type RuleCase = readonly [what: string, manifests: string];

/** Registers a test for each case: the rule finds nothing in the good ones, and something in the bad ones. */
export function testRule(
  rule: string,
  cases: { readonly good: readonly RuleCase[]; readonly bad: readonly RuleCase[] },
) {
  describe(rule, () => {
    test.each(cases.good)('finds nothing: %s', (_, manifests) => {
      expect(messagesOf(rule, manifests)).toEqual([]);
    });
    test.each(cases.bad)('finds: %s', (_, manifests) => {
      expect(messagesOf(rule, manifests)).toHaveLength(1);
    });
  });
}

function messagesOf(rule: string, manifests: string): string[] {
  const documents = [...parseAllDocuments(manifests, kubernetesYaml)];
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  const objects = documents.map((document): unknown => document.toJS());
  return lintManifests(objects, { policy: false, rules: [rule] }).map(({ path, message }) => `${path}: ${message}`);
}

/** A pod of one container, with fields of its container and of its specification in YAML. */
export function podWith(container: string, spec = ''): string {
  return `{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {${podSpec(container, spec)}}}`;
}

/** A Deployment, StatefulSet or other workload of one container. */
export function workloadWith(kind: string, fields: string, container: string, spec = '', metadata = ''): string {
  return `{apiVersion: apps/v1, kind: ${kind}, metadata: {name: web, namespace: shop}, spec: {${fields} selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}, ${metadata}}, spec: {${podSpec(container, spec)}}}}}`;
}

function podSpec(container: string, spec: string): string {
  return `containers: [{name: web, image: example.org/web:1, ${container}}], ${spec}`;
}

/** Several objects. */
export function together(...objects: readonly string[]): string {
  return objects.join('\n---\n');
}
