/** Somebody who calls or is called. */
export interface Place {
  readonly name: string;
  /** The pods, namespaces or addresses that are meant, as the objects name them. */
  readonly meaning: string;
  readonly kind: 'service' | 'store' | 'temporary' | 'outside';
}

/** Somebody can reach somebody. */
export interface Link {
  readonly from: Place;
  readonly to: Place;
  /** `443`, `53/UDP`; a bare number is TCP. */
  readonly ports: readonly string[];
}
