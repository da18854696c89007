import { rememberTexts } from '../../manifests/remember';
import type { ConnectionPort, IpBlock, IpBlockPeer, NamespacePeer, WorkloadPeer } from '../../platform/connection';
import { selectWorkload } from '../kubernetes/metadata';

/** Pods of one of the environment's own workloads: one peer, whichever connections it is an end of. */
export const workload = rememberTexts(
  (name): WorkloadPeer => ({ kind: 'workload', name, podLabels: selectWorkload({ name }) }),
);

/** Every pod of another namespace, or those with some labels. */
export function namespacePods(
  name: string,
  namespace: string,
  podLabels: Readonly<Record<string, string>> = {},
): NamespacePeer {
  return { kind: 'namespace', name, namespace, podLabels };
}

/** Addresses that selectors cannot select. */
export function ipBlocks(name: string, cidrs: readonly string[]): IpBlockPeer {
  return { kind: 'network', name, blocks: cidrs.map((cidr) => ({ cidr, except: [] })) };
}

/** A TCP port. */
export function tcp(port: number): ConnectionPort {
  return { port, protocol: 'TCP' };
}

/**
 * The internet: every address but those that lead to the cluster, its nodes or the provider's network: private, shared,
 * loopback, link-local, benchmarking, multicast and reserved ones (RFC 6890), and IPv6 addresses that stand for an IPv4 one
 * (NAT64, 6to4). Cloud metadata services, which hand out the node's credentials, are among those; Azure's has a public one.
 */
const internetBlocks: readonly IpBlock[] = [
  {
    cidr: '0.0.0.0/0',
    except: [
      '0.0.0.0/8',
      '10.0.0.0/8',
      '100.64.0.0/10',
      '127.0.0.0/8',
      '168.63.129.16/32',
      '169.254.0.0/16',
      '172.16.0.0/12',
      '192.0.0.0/24',
      '192.168.0.0/16',
      '198.18.0.0/15',
      '224.0.0.0/4',
      '240.0.0.0/4',
    ],
  },
  {
    cidr: '::/0',
    except: ['::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
  },
];

/** The internet, without private and metadata addresses. */
export const internet: IpBlockPeer = { kind: 'network', name: 'internet', blocks: internetBlocks };

/** HTTPS servers on the internet. */
export const internetHttps = { peer: internet, ports: [tcp(443)] } as const;

/**
 * The cluster's DNS: its pods, and the node-local cache, under the address that Kubernetes documents for it. The other
 * link-local addresses are those of the cloud: its resolvers, and its metadata.
 */
export const dnsResolvers: readonly (NamespacePeer | IpBlockPeer)[] = [
  namespacePods('cluster DNS', 'kube-system', { 'k8s-app': 'kube-dns' }),
  namespacePods('node-local DNS', 'kube-system', { 'k8s-app': 'node-local-dns' }),
  ipBlocks('link-local DNS', ['169.254.20.10/32']),
];

/** The port that DNS answers on. */
export const dnsPorts: readonly ConnectionPort[] = [
  { port: 53, protocol: 'UDP' },
  { port: 53, protocol: 'TCP' },
];

/**
 * Pods with which cert-manager answers a certificate authority's HTTP-01 challenge: their label and port as in its
 * documentation. cert-manager creates and deletes them; they belong to none of the platform's workloads.
 */
export const acmeSolver: WorkloadPeer = {
  kind: 'workload',
  name: 'acme-http-solver',
  podLabels: { 'acme.cert-manager.io/http01-solver': 'true' },
};

/** The port that cert-manager's solver pods listen on. */
export const certificateSolverPort: ConnectionPort = tcp(8089);
