import type { Cursor } from '../../manifests/cursor';
import { LabelSelector } from '../../manifests/label-selector';
import type { ManifestSet } from '../../manifests/manifest-set';
import type { PodTemplate } from '../../manifests/pod-template';
import type { IpBlock, NamespacePeer, Peer, WorkloadPeer } from '../../platform/connection';

/** The pods of a workload that a connection graph names. */
export function workloadPods(set: ManifestSet, namespace: string, { podLabels }: WorkloadPeer): readonly PodTemplate[] {
  return set.select(namespace, LabelSelector.fromMap(podLabels));
}

/** Whether a party is the workload whose pod this is. */
export function isWorkload(party: Peer, { labels }: PodTemplate): boolean {
  return party.kind === 'workload' && Object.entries(party.podLabels).every(([key, value]) => labels[key] === value);
}

/** Whether a peer means exactly the pods of a party in another namespace, and no more of them. */
export function isParty(set: ManifestSet, peer: PodPeer, party: NamespacePeer): boolean {
  const labels = Object.entries(party.podLabels);
  return (
    peer.includesNamespace(set, party.namespace) &&
    peer.podSelector.requirements.length === labels.length &&
    peer.podSelector.matches(party.podLabels)
  );
}

/** Whether a peer is exactly that block of addresses. */
export function isBlock(peer: Cursor, { cidr, except }: IpBlock): boolean {
  const block = peer.at('ipBlock');
  const excepted = block.texts('except');
  return block.text('cidr') === cidr && excepted.length === except.length && excepted.every((e) => except.includes(e));
}

/** A party as one reads it: `workload postgres`. */
export function describeParty(party: Peer): string {
  return party.kind === 'workload' ? `workload ${party.name}` : party.name;
}

const nameLabel = 'kubernetes.io/metadata.name';

/** Pods as a NetworkPolicy names them: those of some namespaces that have some labels. */
export class PodPeer {
  /** The peer at a place, unless it is a block of addresses. */
  static at(at: Cursor, namespace: string): PodPeer | undefined {
    return at.at('ipBlock').exists ? undefined : new PodPeer(at, namespace);
  }

  readonly podSelector: LabelSelector;
  private readonly namespaceSelector: LabelSelector | undefined;

  private constructor(
    readonly at: Cursor,
    private readonly ownNamespace: string,
  ) {
    this.podSelector = LabelSelector.from(at.at('podSelector'));
    const namespaces = at.at('namespaceSelector');
    this.namespaceSelector = namespaces.exists ? LabelSelector.from(namespaces) : undefined;
  }

  /** The namespaces that it names one by one; undefined where it leaves them open. */
  get namespaces(): readonly string[] | undefined {
    return this.namespaceSelector === undefined ? [this.ownNamespace] : this.namespaceSelector.valuesOf(nameLabel);
  }

  /** Whether it means pods of that namespace. */
  includesNamespace(set: ManifestSet, name: string): boolean {
    if (this.namespaceSelector === undefined) return name === this.ownNamespace;
    const labels = { ...set.find('Namespace', '', name)?.labels, [nameLabel]: name };
    return this.namespaceSelector.matches(labels);
  }

  /** The pods of the set that it means. */
  podsIn(set: ManifestSet): readonly PodTemplate[] {
    const namespaces = this.namespaces ?? set.ofType('Namespace').map(({ name }) => name);
    return namespaces
      .filter((name) => this.includesNamespace(set, name))
      .flatMap((name) => set.select(name, this.podSelector));
  }
}
