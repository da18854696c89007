import { alertingRule, type RuleContext, type RuleGroup } from './rule';

/** Always fires. An external dead man's switch raises the alarm when it stops. */
export function watchdogGroup(input: RuleContext): RuleGroup {
  const watchdog = alertingRule(input, {
    name: 'Watchdog',
    severity: 'none',
    for: '0s',
    expr: 'vector(1)',
    summary: 'Alerting works',
    description: 'This alert always fires. If it stops, no alert is delivered.',
  });
  return { name: 'watchdog', rules: [watchdog] };
}
