import type { Cursor } from './cursor';
import { type Manifest, namespacesMeant } from './manifest';
import { type ExpandedObject, expandObjects } from './operators/made-objects';
import { expand } from './operators/template';
import type { Assumption } from './unknown-objects';

/** What is known of the keys of a ConfigMap or Secret. */
export interface KeySource {
  readonly keys: ReadonlySet<string>;
  /** A controller adds keys that the manifests do not show. */
  readonly hasUnknownKeys: boolean;
}

/** ConfigMaps that a controller puts into every namespace. */
const injectedConfigMaps: ReadonlyMap<string, readonly string[]> = new Map([
  ['kube-root-ca.crt', ['ca.crt']],
  ['openshift-service-ca.crt', ['service-ca.crt']],
  ['istio-ca-root-cert', ['root-cert.pem']],
]);

/** Every ConfigMap and Secret that exists once the set is applied, by kind, namespace and name. */
export class ConfigIndex {
  private readonly sources = new Map<string, KeySource>();
  private readonly names = new Map<string, readonly string[]>();

  constructor(objects: readonly Manifest[], assumptions: readonly Assumption[]) {
    for (const each of objects.flatMap(generatedBy)) this.add(each);
    for (const { kind, key, ...where } of assumptions) {
      if (kind !== 'ConfigMap' && kind !== 'Secret') continue;
      this.add({ kind, ...where, keys: key === undefined ? [] : [key], hasUnknownKeys: key === undefined });
    }
  }

  find(kind: GeneratedConfig['kind'], namespace: string, name: string): KeySource | undefined {
    for (const place of namespacesMeant(namespace)) {
      const source = this.sources.get(`${kind}/${place}/${name}`);
      if (source !== undefined) return source;
    }
    const keys = kind === 'ConfigMap' ? injectedConfigMaps.get(name) : undefined;
    return keys && { keys: new Set(keys), hasUnknownKeys: false };
  }

  /** What a namespace has of that kind. */
  namesIn(kind: GeneratedConfig['kind'], namespace: string): readonly string[] {
    return this.names.get(`${kind}/${namespace}`) ?? [];
  }

  private add({ kind, namespace, name, keys, hasUnknownKeys: isOpen = false }: GeneratedConfig): void {
    const id = `${kind}/${namespace}/${name}`;
    const known = this.sources.get(id);
    if (!known) this.names.set(`${kind}/${namespace}`, [...this.namesIn(kind, namespace), name]);
    this.sources.set(id, {
      keys: new Set([...(known?.keys ?? []), ...keys]),
      hasUnknownKeys: isOpen || (known?.hasUnknownKeys ?? false),
    });
  }
}

/** A ConfigMap or Secret that an object is or generates. */
interface GeneratedConfig {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly hasUnknownKeys?: boolean;
}

/** Labels and annotations by which a controller fills in an object: CA bundles, copies of other objects. */
const injectedByController = /inject|reflects|replicate-from/;

/** Lists the ConfigMaps and Secrets that exist because of an object. */
function generatedBy(object: Manifest): GeneratedConfig[] {
  switch (object.type) {
    case 'ConfigMap':
      return [toConfig(object, 'ConfigMap', object.name, keysAt(object, 'data', 'binaryData'))];
    case 'Secret':
      return [toConfig(object, 'Secret', object.name, secretKeys(object))];
    case 'Service':
      return servingCertificate(object);
    default:
      return expandObjects(object).flatMap((made) => madeConfig(object, made));
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
