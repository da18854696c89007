import type { Assumption } from './assumption';
import { type Made, madeBy } from './made-keys';
import type { Manifest } from './manifest';

/** What is known of the keys of a ConfigMap or Secret. */
export interface KeySource {
  readonly keys: ReadonlySet<string>;
  /** Somebody else fills in keys that nobody here can know. */
  readonly isOpen: boolean;
}

/** ConfigMaps that a controller puts into every namespace. */
const everywhere: ReadonlyMap<string, readonly string[]> = new Map([
  ['kube-root-ca.crt', ['ca.crt']],
  ['openshift-service-ca.crt', ['service-ca.crt']],
  ['istio-ca-root-cert', ['root-cert.pem']],
]);

/** Every ConfigMap and Secret that exists once the set is applied, by kind, namespace and name. */
export class KeySources {
  private readonly sources = new Map<string, KeySource>();
  private readonly names = new Map<string, string[]>();

  constructor(objects: readonly Manifest[], assumptions: readonly Assumption[]) {
    for (const each of objects.flatMap(madeBy)) this.add(each);
    for (const { kind, key, ...where } of assumptions) {
      if (kind !== 'ConfigMap' && kind !== 'Secret') continue;
      this.add({ kind, ...where, keys: key === undefined ? [] : [key], isOpen: key === undefined });
    }
  }

  find(kind: Made['kind'], namespace: string, name: string): KeySource | undefined {
    const source = this.sources.get(`${kind}/${namespace}/${name}`);
    const keys = kind === 'ConfigMap' ? everywhere.get(name) : undefined;
    return source ?? (keys && { keys: new Set(keys), isOpen: false });
  }

  /** What a namespace has of that kind. */
  namesIn(kind: Made['kind'], namespace: string): readonly string[] {
    return this.names.get(`${kind}/${namespace}`) ?? [];
  }

  private add({ kind, namespace, name, keys, isOpen = false }: Made): void {
    const id = `${kind}/${namespace}/${name}`;
    const known = this.sources.get(id);
    if (!known) this.note(`${kind}/${namespace}`, name);
    this.sources.set(id, {
      keys: new Set([...(known?.keys ?? []), ...keys]),
      isOpen: isOpen || (known?.isOpen ?? false),
    });
  }

  private note(place: string, name: string): void {
    const names = this.names.get(place);
    if (names) names.push(name);
    else this.names.set(place, [name]);
  }
}
