import type { Cursor } from '../../manifests/cursor';
import { kinds } from '../../manifests/kinds';
import type { Manifest } from '../../manifests/manifest';
import { formatMissingObject, type ManifestSet } from '../../manifests/manifest-set';
import { placesAt } from '../../manifests/places';
import type { Rule, Violation } from '../rule';
import { type ObjectReference, objectReferences } from './reference-table';

export const customReferences: Rule = {
  name: 'custom-references',
  class: 'broken',
  finds:
    'A reference of an object of an operator to another that does not exist: of a Certificate to its issuer, of a ScheduledBackup to its cluster. So of a binding to its admission policy.',
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
  *check(set) {
    for (const reference of objectReferences) {
      for (const object of set.ofType(...reference.from)) {
        for (const at of placesAt(object, reference.path)) yield* dangling(set, reference, object, at);
      }
    }
  },
};

function* dangling(set: ManifestSet, reference: ObjectReference, object: Manifest, at: Cursor): Generator<Violation> {
  const type = typeMeant(reference, at);
  if (type === undefined) return;
  for (const name of namesOf(reference, object, at)) yield* danglingName(set, reference, object, { at, type, name });
}

/** One name of a reference, and the type that it means. */
interface Named {
  readonly at: Cursor;
  readonly type: string;
  readonly name: string;
}

function* danglingName(
  set: ManifestSet,
  reference: ObjectReference,
  object: Manifest,
  { at, type, name }: Named,
): Generator<Violation> {
  const isNamespaced = kinds.get(type)?.namespaced ?? true;
  const namespace = isNamespaced ? (at.text('namespace') ?? object.namespace) : '';
  if (!wouldBeInSet(set, reference, type, namespace) || set.has(type, namespace, name)) return;
  const others = reference.to.filter(
    (other) => other !== type && set.find(other, object.namespace, name) !== undefined,
  );
  const hint = others.length === 0 ? '' : `; state kind: ${others[0]?.split('.')[0]}`;
  yield {
    at,
    message: formatMissingObject(set, type, namespace, name),
    remedy: `correct the name, or add the ${type.split('.')[0]}${hint}`,
  };
}

function namesOf({ notation }: ObjectReference, { namespace }: Manifest, at: Cursor): string[] {
  const text = at.text() ?? at.text('name') ?? '';
  return notation === 'traefik' ? traefikNames(text, namespace) : [text].filter((name) => name !== '');
}

/**
 * The objects of its own namespace that a list such as `shop-limits@kubernetescrd,auth@file` names.
 * Those of others cannot be told apart: a namespace may have a hyphen too.
 */
function traefikNames(text: string, namespace: string): string[] {
  const [start, end] = [`${namespace}-`, '@kubernetescrd'];
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(start) && part.endsWith(end))
    .map((part) => part.slice(start.length, -end.length));
}

/** The type that is referred to; undefined for one of another tool. */
function typeMeant({ to, group }: ObjectReference, at: Cursor): string | undefined {
  const stated = at.text('group');
  if (group !== undefined && stated !== undefined && stated !== group) return undefined;
  const kind = at.text('kind');
  return kind === undefined ? to[0] : to.find((type) => type.split('.')[0] === kind);
}

/**
 * Objects of operators often are the cluster's or another set's: only a set that has some is taken to have them all. An Issuer
 * of a namespace says nothing about the ClusterIssuers.
 */
function wouldBeInSet(set: ManifestSet, { to }: ObjectReference, type: string, namespace: string): boolean {
  const isOfOperator = type.includes('.') && !type.endsWith('.apps');
  const alike = namespace === '' ? [type] : to;
  if (isOfOperator && set.ofType(...alike).length === 0) return false;
  return namespace === '' || set.isComplete(namespace);
}
