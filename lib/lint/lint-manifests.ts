import { Manifest } from '../manifests/manifest';
import { ManifestSet } from '../manifests/manifest-set';
import { parseAssumption } from '../manifests/unknown-objects';
import { applyExceptions } from './exceptions';
import type { Finding, Rule, RuleContext } from './rule';
import { rules } from './rules';

export interface CheckOptions extends RuleContext {
  /** Check the rules of class `policy` too. */
  readonly policy: boolean;
  /**
   * Objects outside the set, as `Secret/<namespace>/<name>[/<key>]`.
   * @default - none
   */
  readonly assume?: readonly string[];
}

/** Checks a set of plain Kubernetes objects. Findings come in the order of the rules. */
export function lintManifests(objects: readonly unknown[], options: CheckOptions): Finding[] {
  return lintSet(new ManifestSet(objects, options.assume?.map(parseAssumption)), options);
}

/** Checks a set that has been indexed already. */
export function lintSet(set: ManifestSet, { policy, ...context }: CheckOptions): Finding[] {
  const active = rules.filter((rule) => policy || rule.class === 'broken');
  const findings = active.flatMap((rule) => findingsOf(rule, set, context));
  return applyExceptions(set, rules, active, findings);
}

function findingsOf(rule: Rule, set: ManifestSet, context: RuleContext): Finding[] {
  return Array.from(rule.check(set, context), ({ at, message, remedy }) => ({
    rule: rule.name,
    class: rule.class,
    object: at.root instanceof Manifest ? at.root.id : rule.name,
    path: at.path,
    message,
    remedy,
  }));
}
