import type { SynthesizedObject } from '../../manifests';

interface Peer {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

interface NetworkPolicy extends SynthesizedObject {
  readonly spec: Peer & {
    readonly ingress?: readonly { readonly from?: readonly Peer[] }[];
    readonly policyTypes?: readonly string[];
  };
}

/**
 * Network policies that give a workload's pods before the release what those of the release will: they let the pods out,
 * and their peers let them in. Policies add up, so nothing that runs loses a connection by them.
 * @param job name that they begin with
 */
export function connectionsOf(
  workload: string,
  objects: readonly SynthesizedObject[],
  job: string,
): readonly SynthesizedObject[] {
  const policies = objects.filter((object): object is NetworkPolicy => object.kind === 'NetworkPolicy');
  return policies.flatMap((policy) => {
    const { spec, metadata } = policy;
    const own = { ...policy, metadata: { ...metadata, name: `${job}-${metadata.name}` } };
    if (isOf(spec, workload)) return [own];
    const ingress = (spec.ingress ?? []).flatMap(({ from = [], ...rule }) => {
      const entrants = from.filter((peer) => isOf(peer, workload));
      return entrants.length > 0 ? [{ ...rule, from: entrants }] : [];
    });
    return ingress.length > 0
      ? [{ ...own, spec: { podSelector: spec.podSelector, ingress, policyTypes: ['Ingress'] } }]
      : [];
  });
}

function isOf({ podSelector }: Peer, workload: string): boolean {
  return podSelector?.matchLabels?.app === workload;
}
