/** An object that lives outside the set, on whose existence the set may rely. */
export interface Assumption {
  readonly kind: string;
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  /** A key that it is known to have; without one, its keys are taken to be whatever is asked of it. */
  readonly key: string | undefined;
}

/** Reads `Secret/<namespace>/<name>[/<key>]`, and `ClusterRole/<name>` for cluster-scoped kinds. */
export function parseAssumption(text: string): Assumption {
  const parts = text.split('/');
  const [kind, namespace, name, key] = parts.length === 2 ? [parts[0], '', parts[1]] : parts;
  if (!kind || namespace === undefined || !name || key === '' || parts.length > 4) {
    throw new Error(`cannot assume "${text}": expected Kind/namespace/name, Kind/namespace/name/key or Kind/name`);
  }
  return { kind, namespace, name, key };
}
