import { type GeneratedConfig, generatedBy } from './generated-config';
import { type Manifest, namespacesMeant } from './manifest';
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
