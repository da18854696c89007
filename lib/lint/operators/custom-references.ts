import type { Cursor } from '../../manifests/cursor';
import { kinds } from '../../manifests/kinds';
import type { Manifest } from '../../manifests/manifest';
import { type ManifestSet, missingObjectMessage } from '../../manifests/manifest-set';
import { placesAt } from '../../manifests/places';
import type { Rule, Violation } from '../rule';
import { type ObjectReference, objectReferences } from './reference-table';

/** What objects of operators refer to exists. */
export const customReferences: Rule = {
  name: 'custom-references',
  class: 'broken',
  documentation: {
    finds:
      'A reference of an object of an operator to another that does not exist: of a Certificate to its issuer, of a ScheduledBackup to its cluster.',
    why: 'The operator waits for it for ever, and what it should make is missing.',
    fix: 'Correct the name or the kind, or add the object.',
    example: `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: letsencrypt }
spec: { selfSigned: {} }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: web, namespace: shop }
spec: { secretName: web-tls, dnsNames: [www.example.org], issuerRef: { name: letsencrypt } }
`,
  },
  *check(set) {
    for (const reference of objectReferences) {
      for (const object of set.ofType(...reference.from)) {
        for (const at of placesAt(object, reference.path)) yield* dangling(set, reference, object, at);
      }
    }
  },
};

function* dangling(set: ManifestSet, reference: ObjectReference, object: Manifest, at: Cursor): Generator<Violation> {
  const name = at.text() ?? at.text('name');
  const type = typeMeant(reference, at);
  if (name === undefined || name === '' || type === undefined) return;
  const isNamespaced = kinds.get(type)?.namespaced ?? true;
  const namespace = isNamespaced ? (at.text('namespace') ?? object.namespace) : '';
  if (!isForSetToSay(set, reference, type, namespace) || set.has(type, namespace, name)) return;
  const others = reference.to.filter(
    (other) => other !== type && set.find(other, object.namespace, name) !== undefined,
  );
  const hint = others.length === 0 ? '' : `; state kind: ${others[0]?.split('.')[0]}`;
  yield {
    at,
    message: missingObjectMessage(set, type, namespace, name),
    remedy: `correct the name, or add the ${type.split('.')[0]}${hint}`,
  };
}

/** The type that is referred to; undefined for one of another tool. */
function typeMeant({ to, group }: ObjectReference, at: Cursor): string | undefined {
  const stated = at.text('group');
  if (group !== undefined && stated !== undefined && stated !== group) return undefined;
  const kind = at.text('kind');
  return kind === undefined ? to[0] : to.find((type) => type.split('.')[0] === kind);
}

/** Objects of operators often are the cluster's or another set's: only a set that has some is taken to have them all. */
function isForSetToSay(set: ManifestSet, { to }: ObjectReference, type: string, namespace: string): boolean {
  const isOfOperator = type.includes('.') && !type.endsWith('.apps');
  if (isOfOperator && set.ofType(...to).length === 0) return false;
  return namespace === '' || set.isComplete(namespace);
}
