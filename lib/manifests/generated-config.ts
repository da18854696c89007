import type { Cursor } from './cursor';
import type { Manifest } from './manifest';
import { type ExpandedObject, madeObjects } from './operators/made-objects';
import { expand } from './operators/template';

/** A ConfigMap or Secret that an object is or generates. */
export interface GeneratedConfig {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly hasUnknownKeys?: boolean;
}

/** Labels and annotations by which a controller fills in an object: CA bundles, copies of other objects. */
const injectedByController = /inject|reflects|replicate-from/;

/** Lists the ConfigMaps and Secrets that exist because of an object. */
export function generatedBy(object: Manifest): GeneratedConfig[] {
  switch (object.type) {
    case 'ConfigMap':
      return [toConfig(object, 'ConfigMap', object.name, keysAt(object, 'data', 'binaryData'))];
    case 'Secret':
      return [toConfig(object, 'Secret', object.name, secretKeys(object))];
    case 'Service':
      return servingCertificate(object);
    default:
      return madeObjects(object).flatMap((made) => madeConfig(object, made));
  }
}

/** OpenShift makes a certificate for a Service that asks for one. */
function servingCertificate(service: Manifest): GeneratedConfig[] {
  const name = service.annotations['service.beta.openshift.io/serving-cert-secret-name'];
  return name === undefined ? [] : [toConfig(service, 'Secret', name, ['tls.crt', 'tls.key', 'ca.crt'])];
}

function madeConfig(object: Manifest, { row, namespace, name }: ExpandedObject): GeneratedConfig[] {
  if (row.type !== 'ConfigMap' && row.type !== 'Secret') return [];
  const keys = (row.keys ?? []).flatMap((key) => expand(key, object.value));
  const config = toConfig(object, row.type, name, keys);
  return [{ ...config, namespace, hasUnknownKeys: config.hasUnknownKeys || row.hasUnknownKeys }];
}

function toConfig(
  object: Manifest,
  kind: GeneratedConfig['kind'],
  name: string,
  keys: readonly string[],
): GeneratedConfig {
  const marks = [...Object.keys(object.annotations), ...Object.keys(object.labels)];
  return {
    kind,
    namespace: object.namespace,
    name,
    keys,
    hasUnknownKeys: marks.some((mark) => injectedByController.test(mark)),
  };
}

function secretKeys(object: Manifest): string[] {
  const token = object.text('type') === 'kubernetes.io/service-account-token' ? ['token', 'ca.crt', 'namespace'] : [];
  return [...keysAt(object, 'data', 'stringData'), ...token];
}

function keysAt(place: Cursor, ...fields: readonly string[]): string[] {
  return fields.flatMap((field) =>
    place
      .at(field)
      .entries()
      .map(([key]) => key),
  );
}
