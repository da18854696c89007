/** One port of a connection. */
export interface ConnectionPort {
  /** Number that the receiving pod (not its Service) listens on. */
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** Pods of the environment's own namespace. */
export interface WorkloadParty {
  readonly kind: 'workload';
  readonly name: string;
  /** Labels that find the pods: `app` alone for the platform's own. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Pods of another namespace: an ingress controller, Prometheus, the cluster's DNS. */
export interface NamespaceParty {
  readonly kind: 'namespace';
  /** What the party is, for people: `ingress controller`. */
  readonly name: string;
  readonly namespace: string;
  /** Labels of the pods that are meant; empty means every pod of the namespace. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Addresses that no selector can name: the internet, the API server, a managed database. */
export interface NetworkParty {
  readonly kind: 'network';
  /** What the addresses are, for people: `internet`. */
  readonly name: string;
  readonly blocks: readonly AddressBlock[];
}

/** A CIDR range, without the ranges cut out of it. */
export interface AddressBlock {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** One end of a connection. */
export type Party = WorkloadParty | NamespaceParty | NetworkParty;

/** Somebody may open a connection to somebody, on these ports and no others. */
export interface Connection {
  readonly from: Party;
  readonly to: Party;
  readonly ports: readonly ConnectionPort[];
}
