import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import { rememberFor } from '../../manifests/remember';
import type { IpBlock, NamespacePeer, Peer, WorkloadPeer } from '../../platform/connection';

/** The pods of a workload that a connection graph names. */
export function selectWorkloadPods(set: ManifestSet, namespace: string, peer: WorkloadPeer): readonly PodTemplate[] {
  return set.select(namespace, selectorOfWorkload(peer));
}

const selectorOfWorkload = rememberFor(({ podLabels }: WorkloadPeer) => LabelSelector.fromMap(podLabels));

/** Whether a peer of a graph is the workload of a pod. */
export function isWorkload(candidate: Peer, { labels }: PodTemplate): boolean {
  return candidate.kind === 'workload' && selectorOfWorkload(candidate).matches(labels);
}

/** Whether a peer of a policy selects exactly the pods of a graph's peer in another namespace. */
export function isNamespacePeer(set: ManifestSet, peer: PodPeer, wanted: NamespacePeer): boolean {
  const labels = Object.entries(wanted.podLabels);
  return (
    peer.podSelector.requirements.length === labels.length &&
    peer.podSelector.matches(wanted.podLabels) &&
    peer.includesNamespace(set, wanted.namespace)
  );
}

/** Whether a peer is exactly that block of addresses. */
export function isBlock(peer: Cursor, { cidr, except }: IpBlock): boolean {
  const block = peer.at('ipBlock');
  const excepted = block.texts('except');
  return block.text('cidr') === cidr && excepted.length === except.length && excepted.every((e) => except.includes(e));
}

/** Formats a peer of a graph: `workload postgres`. */
export function formatPeer(candidate: Peer): string {
  return candidate.kind === 'workload' ? `workload ${candidate.name}` : candidate.name;
}

const nameLabel = 'kubernetes.io/metadata.name';

/** Pods as a NetworkPolicy names them: those of some namespaces that have some labels. */
export class PodPeer {
  /** The peer at a place, unless it is a block of addresses. */
  static readonly at = rememberFor((at: Cursor, namespace: string): PodPeer | undefined =>
    at.has('ipBlock') ? undefined : new PodPeer(at, namespace),
  );

  readonly podSelector: LabelSelector;
  /** The namespaces that it names one by one; undefined where it leaves them open. */
  readonly namespaces: readonly string[] | undefined;
  private readonly namespaceSelector: LabelSelector | undefined;
  private pods: readonly PodTemplate[] | undefined;

  private constructor(
    readonly at: Cursor,
    ownNamespace: string,
  ) {
    this.podSelector = LabelSelector.from(at.at('podSelector'));
    const namespaces = at.at('namespaceSelector');
    this.namespaceSelector = namespaces.exists ? LabelSelector.from(namespaces) : undefined;
    this.namespaces =
      this.namespaceSelector === undefined ? [ownNamespace] : this.namespaceSelector.valuesOf(nameLabel);
  }

  /** Whether it means pods of that namespace. */
  includesNamespace(set: ManifestSet, name: string): boolean {
    // Most peers name their namespaces, and demand nothing else of them: their labels are not needed.
    if (this.namespaces?.includes(name) === false) return false;
    if (this.namespaceSelector === undefined || (this.namespaces && this.namespaceSelector.requirements.length === 1))
      return true;
    const labels = { ...set.find('Namespace', '', name)?.labels, [nameLabel]: name };
    return this.namespaceSelector.matches(labels);
  }

  /** The pods that it means of the set that has it. */
  podsIn(set: ManifestSet): readonly PodTemplate[] {
    this.pods ??= (this.namespaces ?? set.ofType('Namespace').map(({ name }) => name))
      .filter((name) => this.includesNamespace(set, name))
      .flatMap((name) => set.select(name, this.podSelector));
    return this.pods;
  }
}

/** Pods that an external controller runs in namespaces of the set. */
interface OutsidePods {
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

/** cert-manager's solvers of HTTP-01 challenges. */
const acmeSolvers: OutsidePods = { labels: { 'acme.cert-manager.io/http01-solver': 'true' }, ports: [8089] };

/** The ports of pods that a selector selects but no set has; undefined if there are no such pods. */
export function findOutsidePorts(selector: LabelSelector): readonly number[] | undefined {
  return !selector.isEmpty && selector.matches(acmeSolvers.labels) ? acmeSolvers.ports : undefined;
}

/** Whether a selector means pods that no set has. */
export function selectsOutsidePods(selector: LabelSelector): boolean {
  return findOutsidePorts(selector) !== undefined;
}
