import { createHash } from 'node:crypto';
import { invalid } from './api-error';
import type { Kind } from './kinds';
import { type Fields, isFields, type KubeObject, same } from './objects';

/** Defaults that the API sets when an object is written: the few that are read here. */
export function admitted(object: KubeObject, live?: KubeObject): KubeObject {
  const { kind } = object;
  if (kind === 'Secret') return withEncoded(object);
  if (kind === 'Deployment' || kind === 'StatefulSet') return withSpec(object, { replicas: 1 });
  if (kind === 'Job') return withSpec(object, { parallelism: 1, completions: 1, backoffLimit: 6 });
  if (kind === 'Service') {
    const given = isFields(live?.spec) ? live.spec.clusterIP : addressOf(object);
    return withSpec(object, { type: 'ClusterIP', clusterIP: given });
  }
  if (kind === 'Namespace') return { ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
  return object;
}

function withSpec(object: KubeObject, defaults: Fields): KubeObject {
  return { ...object, spec: { ...defaults, ...(isFields(object.spec) ? object.spec : {}) } };
}

/** An address that is the same for the same name. */
function addressOf({ metadata }: KubeObject): string {
  const [high = 0, low = 0] = createHash('sha256').update(`${metadata.namespace}/${metadata.name}`).digest();
  return `10.96.${high}.${low}`;
}

function withEncoded(object: KubeObject & { readonly stringData?: unknown }): KubeObject {
  const { stringData, ...secret } = object;
  const type = { type: secret.type ?? 'Opaque' };
  if (!isFields(stringData)) return { ...secret, ...type };
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...secret, ...type, data: { ...secret.data, ...Object.fromEntries(encoded) } };
}

/** Fields of a StatefulSet's spec that may change. */
const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/**
 * Refuses a change of what cannot change once an object is there.
 * @throws ApiError
 */
export function refuseImmutable(kind: Kind, live: KubeObject, next: KubeObject): void {
  const [before, after] = [fieldsOf(live.spec), fieldsOf(next.spec)];
  const { name } = live.metadata;
  if (live.kind === 'Deployment' && !same(before.selector, after.selector)) {
    throw invalid(kind, name, 'spec.selector', `Invalid value: ${JSON.stringify(after.selector)}: field is immutable`);
  }
  if (live.kind === 'Job' && !same(before.template, after.template)) {
    throw invalid(kind, name, 'spec.template', `Invalid value: ${JSON.stringify(after.template)}: field is immutable`);
  }
  const fixed = (spec: Fields) => Object.entries(spec).filter(([field]) => !changeable.includes(field));
  if (live.kind === 'StatefulSet' && !same(Object.fromEntries(fixed(before)), Object.fromEntries(fixed(after)))) {
    const allowed = changeable
      .map((field) => `'${field}'`)
      .join(', ')
      .replace(/, (?='minReady)/, ' and ');
    const cause = `Forbidden: updates to statefulset spec for fields other than ${allowed} are forbidden`;
    throw invalid(kind, name, 'spec', cause);
  }
}

function fieldsOf(spec: unknown): Fields {
  return isFields(spec) ? spec : {};
}
