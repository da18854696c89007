/** Somebody who calls or is called. */
export interface TopologyNode {
  readonly name: string;
  /** The pods, namespaces or addresses that are meant, as the objects name them. */
  readonly meaning: string;
  readonly kind: 'service' | 'store' | 'temporary' | 'outside';
}

/** Somebody can reach somebody. */
export interface TopologyEdge {
  readonly from: TopologyNode;
  readonly to: TopologyNode;
  /** `443`, `53/UDP`; a bare number is TCP. */
  readonly ports: readonly string[];
}
