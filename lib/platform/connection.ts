/** One port of a connection. */
export interface ConnectionPort {
  /** Number that the receiving pod (not its Service) listens on. */
  readonly port: number;
  /** Protocol of the transport. */
  readonly protocol: 'TCP' | 'UDP';
}

/** Pods of the environment's own namespace. */
export interface WorkloadPeer {
  readonly kind: 'workload';
  /** Name of the workload, such as `veza-backend-api`. */
  readonly name: string;
  /** Labels that find the pods: `app` alone for the platform's own. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Pods of another namespace: an ingress controller, Prometheus, the cluster's DNS. */
export interface NamespacePeer {
  readonly kind: 'namespace';
  /** Display name of the peer: `ingress controller`. */
  readonly name: string;
  /** Namespace of the pods, such as `ingress-nginx`. */
  readonly namespace: string;
  /** Labels of the pods that are meant; empty means every pod of the namespace. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Addresses that no selector can name: the internet, the API server, a managed database. */
export interface IpBlockPeer {
  readonly kind: 'network';
  /** Display name of the addresses: `internet`. */
  readonly name: string;
  /** Addresses that belong to it. */
  readonly blocks: readonly IpBlock[];
}

/** A CIDR range, without the ranges cut out of it. */
export interface IpBlock {
  /** Addresses in CIDR notation, such as `0.0.0.0/0`. */
  readonly cidr: string;
  /** Parts of it that do not belong to the block, in CIDR notation, such as `10.0.0.0/8`. */
  readonly except: readonly string[];
}

/** One end of a connection. */
export type Peer = WorkloadPeer | NamespacePeer | IpBlockPeer;

/** One peer may open connections to another, on these ports and no others. */
export interface Connection {
  /** Side that opens the connection. */
  readonly from: Peer;
  /** Side that accepts the connection. */
  readonly to: Peer;
  /** Ports of the accepting side. */
  readonly ports: readonly ConnectionPort[];
}
