import type { QuotaUsage } from '../constructs/kubernetes/resources';
import type { Endpoint } from '../constructs/network/connection-graph';
import { internetHttps, ipBlocks, tcp, workload } from '../constructs/network/well-known-peers';
import type { Connection } from '../platform/connection';
import type { Environment } from '../platform/environment';
import { type ExtendedPod, listExtendedPods } from '../platform/extension-targets';
import type { Platform } from '../platform/platform';
import type { OutsidePeer } from '../platform/settings/extensions';
import { locateKubernetesApi } from './environment-peers';

/** The usage of a namespace's quota, with what extensions add to it. */
export function extendUsages(usages: readonly QuotaUsage[], extended: readonly ExtendedPod[]): QuotaUsage[] {
  return usages.map((usage) => extendUsage(usage, extended));
}

/** The usage of one workload, with what extensions add to it. */
export function extendUsage(usage: QuotaUsage, extended: readonly ExtendedPod[]): QuotaUsage {
  const pods = extended.filter(({ workload }) => workload === usage.workload).map(({ pod }) => pod);
  const added = (kind: 'sidecars' | 'initContainers') =>
    pods.flatMap((pod) => pod[kind] ?? []).map(({ resources }) => resources);
  return {
    ...usage,
    containers: [...usage.containers, ...added('sidecars')],
    initContainers: [...usage.initContainers, ...added('initContainers')],
  };
}

/** A workload, and what its pods call: by name, or by address. */
export interface Caller {
  readonly workload: string;
  readonly calls: readonly (string | OutsidePeer)[];
}

/** What the pods of extended workloads call besides. */
export function listExtendedCallers(extended: readonly ExtendedPod[]): Caller[] {
  return extended.map(({ workload, pod }) => ({ workload, calls: pod.calls ?? [] }));
}

/**
 * The connections that calls add to those of a namespace.
 * @param resolve where a peer is found that has a name
 */
export function listExtendedConnections(
  callers: readonly Caller[],
  known: readonly Connection[],
  resolve: (name: string) => Endpoint,
): Connection[] {
  const isKnown = (connection: Connection) => known.some((each) => JSON.stringify(each) === JSON.stringify(connection));
  return callers
    .flatMap(({ workload: name, calls }) =>
      calls.map((call) => {
        const { peer, ports } =
          typeof call === 'string'
            ? resolve(call)
            : { peer: ipBlocks(call.name, call.cidrs), ports: call.ports.map(tcp) };
        return { from: workload(name), to: peer, ports };
      }),
    )
    .filter((connection) => !isKnown(connection));
}

/** Extensions of a namespace that has no services: of the monitoring servers, or of the log collectors. */
export function describeExtendedServers(
  platform: Platform,
  environment: Environment,
  namespace: string,
  known: readonly Connection[],
): { readonly pods: readonly ExtendedPod[]; readonly connections: readonly Connection[] } {
  const pods = listExtendedPods(platform, environment, namespace);
  const resolve = (name: string) => (name === 'https' ? internetHttps : locateKubernetesApi(environment.apiServer));
  return { pods, connections: [...known, ...listExtendedConnections(listExtendedCallers(pods), known, resolve)] };
}
