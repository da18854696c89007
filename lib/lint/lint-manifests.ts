import { Manifest } from '../manifests/manifest';
import { ManifestSet } from '../manifests/manifest-set';
import { parseAssumption } from '../manifests/unknown-objects';
import { applyExceptions } from './exceptions';
import type { Finding, Rule, RuleContext } from './rule';
import { rules } from './rules';

export interface CheckOptions extends RuleContext {
  /** Check this platform's own profile too, and not only what is wrong on any cluster. */
  readonly policy: boolean;
  /**
   * What lives outside the set, as `Secret/<namespace>/<name>[/<key>]`.
   * @default - nothing
   */
  readonly assume?: readonly string[];
}

/** Everything that is wrong with a set of plain Kubernetes objects, in the order of the rules. */
export function lintManifests(objects: readonly unknown[], options: CheckOptions): Finding[] {
  return lintSet(new ManifestSet(objects, options.assume?.map(parseAssumption)), options);
}

/** The same for a set that has been indexed already. */
export function lintSet(set: ManifestSet, { policy, ...inputs }: CheckOptions): Finding[] {
  const active = rules.filter((rule) => policy || rule.class === 'broken');
  const findings = active.flatMap((rule) => findingsOf(rule, set, inputs));
  return applyExceptions(set, rules, active, findings);
}

function findingsOf(rule: Rule, set: ManifestSet, inputs: RuleContext): Finding[] {
  return Array.from(rule.check(set, inputs), ({ at, message, remedy }) => ({
    rule: rule.name,
    class: rule.class,
    object: at.root instanceof Manifest ? at.root.id : rule.name,
    path: at.path,
    message,
    remedy,
  }));
}
