import type { AddressBlock, NamespaceParty, Party, WorkloadParty } from '../../network/connection';
import type { Cursor } from '../manifests/cursor';
import { LabelSelector } from '../manifests/label-selector';
import type { ManifestSet } from '../manifests/manifest-set';
import type { PodTemplate } from '../manifests/pod-template';
import type { PodPeer } from './peer';

/** The pods of a workload that a connection graph names. */
export function workloadPods(
  set: ManifestSet,
  namespace: string,
  { podLabels }: WorkloadParty,
): readonly PodTemplate[] {
  return set.select(namespace, LabelSelector.fromMap(podLabels));
}

/** Whether a party is the workload whose pod this is. */
export function isWorkload(party: Party, { labels }: PodTemplate): boolean {
  return party.kind === 'workload' && Object.entries(party.podLabels).every(([key, value]) => labels[key] === value);
}

/** Whether a peer means exactly the pods of a party in another namespace, and no more of them. */
export function isParty(set: ManifestSet, peer: PodPeer, party: NamespaceParty): boolean {
  const labels = Object.entries(party.podLabels);
  return (
    peer.includesNamespace(set, party.namespace) &&
    peer.podSelector.requirements.length === labels.length &&
    peer.podSelector.matches(party.podLabels)
  );
}

/** Whether a peer is exactly that block of addresses. */
export function isBlock(peer: Cursor, { cidr, except }: AddressBlock): boolean {
  const block = peer.at('ipBlock');
  const excepted = block.texts('except');
  return block.text('cidr') === cidr && excepted.length === except.length && excepted.every((e) => except.includes(e));
}

/** A party as one reads it: `workload postgres`. */
export function describeParty(party: Party): string {
  return party.kind === 'workload' ? `workload ${party.name}` : party.name;
}
