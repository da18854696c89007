import { Manifest } from '../manifests/manifest';
import { ManifestSet } from '../manifests/manifest-set';
import { parseAssumption } from '../manifests/unknown-objects';
import { applyExceptions, type StatedException } from './exceptions';
import type { Finding, Rule, RuleContext } from './rule';
import { type RuleSelection, selectRules } from './rule-selection';

export interface CheckOptions extends RuleContext, RuleSelection {
  /**
   * Objects outside the set, as `Secret/<namespace>/<name>[/<key>]`.
   * @default - none
   */
  readonly assume?: readonly string[];
  /**
   * Exceptions in addition to those that annotations of the objects state.
   * @default - none
   */
  readonly exceptions?: readonly StatedException[];
}

/** Checks a set of plain Kubernetes objects. Findings come in the order of the rules. */
export function lintManifests(objects: readonly unknown[], options: CheckOptions): Finding[] {
  return lintSet(new ManifestSet(objects, options.assume?.map(parseAssumption)), options);
}

/** Checks a set that has been indexed already. */
export function lintSet(set: ManifestSet, options: CheckOptions): Finding[] {
  const active = selectRules(options);
  const findings = active.flatMap((rule) => findingsOf(rule, set, options));
  return applyExceptions(set, active, findings, options.exceptions);
}

function findingsOf(rule: Rule, set: ManifestSet, context: RuleContext): Finding[] {
  if (rule.isAboutMissing && set.isKustomizeInput) return [];
  return Array.from(rule.check(set, context), ({ at, message, remedy }) => ({
    rule: rule.name,
    class: rule.class,
    object: at.root instanceof Manifest ? at.root.id : rule.name,
    path: at.path,
    at,
    message,
    remedy,
  }));
}
