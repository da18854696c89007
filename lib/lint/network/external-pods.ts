import type { LabelSelector } from '../../manifests/label-selector';

/** Pods that an external controller runs in namespaces of the set. */
interface OutsidePods {
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

/** cert-manager's solvers of HTTP-01 challenges. */
const acmeSolvers: OutsidePods = { labels: { 'acme.cert-manager.io/http01-solver': 'true' }, ports: [8089] };

/** The ports of pods that a selector selects but no set has; undefined if there are no such pods. */
export function outsidePorts(selector: LabelSelector): readonly number[] | undefined {
  return !selector.isEmpty && selector.matches(acmeSolvers.labels) ? acmeSolvers.ports : undefined;
}

/** Whether a selector means pods that no set has. */
export function selectsOutsidePods(selector: LabelSelector): boolean {
  return outsidePorts(selector) !== undefined;
}
