import type { Cursor } from './cursor';
import { LabelSelector } from './label-selector';
import type { Manifest } from './manifest';
import type { ManifestSet } from './manifest-set';
import type { PodTemplate } from './pod-template';
import { rememberFor } from './remember';

export type Direction = 'Ingress' | 'Egress';

export const directions: readonly Direction[] = ['Ingress', 'Egress'];

/** One ingress or egress rule of a NetworkPolicy. */
export interface PolicyRule {
  readonly policy: Manifest;
  readonly direction: Direction;
  readonly at: Cursor;
  /** None means every peer. */
  readonly peers: readonly Cursor[];
  /** None means every port. */
  readonly ports: readonly Cursor[];
}

export function readPolicyRules(policy: Manifest, direction: Direction): readonly PolicyRule[] {
  return rulesOf(policy)[direction];
}

const rulesOf = rememberFor((policy: Manifest): Readonly<Record<Direction, readonly PolicyRule[]>> => {
  const read = (direction: Direction, list: string, peers: string) =>
    policy
      .items('spec', list)
      .map((at) => ({ policy, direction, at, peers: at.items(peers), ports: at.items('ports') }));
  return { Ingress: read('Ingress', 'ingress', 'from'), Egress: read('Egress', 'egress', 'to') };
});

export const listPolicyRules = rememberFor((set: ManifestSet): readonly PolicyRule[] =>
  set
    .ofType('NetworkPolicy.networking.k8s.io')
    .flatMap((policy) => directions.flatMap((direction) => readPolicyRules(policy, direction))),
);

/** The pods that a policy is for. */
export function podsOf(set: ManifestSet, policy: Manifest): readonly PodTemplate[] {
  return set.select(policy.namespace, selectorOf(policy));
}

export const selectorOf = rememberFor(
  (policy: Manifest): LabelSelector => LabelSelector.from(policy.at('spec', 'podSelector')),
);

/** Whether pods that the policy selects are denied whatever no rule allows. */
export function isolates(policy: Manifest, direction: Direction): boolean {
  const types = policy.texts('spec', 'policyTypes');
  if (types.length > 0) return types.includes(direction);
  return direction === 'Ingress' || policy.has('spec', 'egress');
}
