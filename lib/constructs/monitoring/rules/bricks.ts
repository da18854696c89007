import type { BrickAlert } from '../../../platform/brick';
import type { AlertingRule, RuleContext, RuleGroup } from './rule';

/** Alerts that the bricks of an environment state, a group for each brick that has some. */
export function brickGroups({ bricks }: RuleContext): RuleGroup[] {
  return bricks
    .filter(({ alerts }) => alerts.length > 0)
    .map(({ name, alerts }) => ({ name: `brick-${name}`, rules: alerts.map(brickRule) }));
}

/** The runbook is where the brick's author has it, not among those of the platform. */
function brickRule({ name, severity, expr, for: duration, summary, description, runbook }: BrickAlert): AlertingRule {
  return {
    alert: name,
    expr,
    for: duration,
    labels: { severity },
    annotations: { summary, description, runbook_url: runbook },
  };
}
