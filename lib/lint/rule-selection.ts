import { UsageError } from '../platform/errors';
import { nearestName } from '../platform/nearest-name';
import type { Rule } from './rule';
import { rules } from './rules';

/** Which rules are checked. */
export interface RuleSelection {
  /** Check the rules of class `policy` too. */
  readonly policy: boolean;
  /**
   * Names of the only rules to check, of either class.
   * @default - every rule of the classes that are checked
   */
  readonly rules?: readonly string[];
  /**
   * Names of rules that are not checked.
   * @default - none
   */
  readonly skip?: readonly string[];
}

const rulesByName: ReadonlyMap<string, Rule> = new Map(
  rules.flatMap((rule) => [rule.name, ...(rule.formerNames ?? [])].map((name) => [name, rule])),
);

/**
 * The rules that a selection means, in the order in which they are reported.
 * @throws UsageError that names every rule that does not exist
 */
export function selectRules({ policy, rules: only, skip = [] }: RuleSelection): Rule[] {
  const problems = [...(only ?? []), ...skip].flatMap(unknownRule);
  if (problems.length > 0) throw new UsageError(...problems);
  const [wanted, skipped] = [only?.map(ruleNamed), skip.map(ruleNamed)];
  return rules.filter(
    (rule) => (wanted ? wanted.includes(rule) : policy || rule.class !== 'policy') && !skipped.includes(rule),
  );
}

/** The rule of that name, now or formerly. */
export function ruleNamed(name: string): Rule | undefined {
  return rulesByName.get(name);
}

/** A problem if there is no rule of that name. */
export function unknownRule(name: string): string[] {
  if (rulesByName.has(name)) return [];
  const nearest = nearestName(name, rulesByName.keys());
  return [
    `there is no rule ${JSON.stringify(name)}; ${nearest ? `did you mean ${nearest}?` : 'docs/lint.md lists them all'}`,
  ];
}
