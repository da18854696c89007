import type { AlertingRule, RuleGroup } from '../../../../lib/constructs/monitoring/rules/rule';

/** The alerts among the rules of some groups. */
export function alertingRules(groups: readonly RuleGroup[]): AlertingRule[] {
  return groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule] : [])));
}
