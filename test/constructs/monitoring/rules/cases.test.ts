import type { AlertingRule } from '../../../../lib/constructs/monitoring/rules/rule';
import { alertingRules } from './alerting-rules';
import { alertCases, allGuideCases, quietCases } from './cases';
import { allGroups } from './rule-inputs';

const alerts = alertingRules(allGroups);

test('every alert has a case in which it fires, and one just short of that', () => {
  const uncovered = alerts.filter((rule) => !alertCases.some(({ alert, fires }) => covers(rule, alert, fires)));
  expect(uncovered.map(({ alert, labels }) => ({ alert, ...labels }))).toEqual([]);
});

test('only the Watchdog has no history in which it keeps silent', () => {
  const always = alertCases.filter(({ below }) => below === 'always fires').map(({ alert }) => alert);
  expect(always).toEqual(['Watchdog']);
});

test('every case is of an alert that exists', () => {
  const names = new Set(alerts.map(({ alert }) => alert));
  const cases = [...alertCases, ...quietCases].map(({ alert }) => alert);
  const guide = allGuideCases.flatMap(({ alert, ours }) => [alert, ours.alert]);
  expect([...cases, ...guide].filter((alert) => !names.has(alert))).toEqual([]);
});

test('a history just short of an alert differs from the one in which it fires', () => {
  const same = alertCases.filter(
    ({ series, below }) =>
      below !== 'always fires' && Object.entries(below).every(([name, values]) => series[name] === values),
  );
  expect(same.map(({ alert, when }) => `${alert}: ${when}`)).toEqual([]);
});

/** Whether one of the alerts that fire comes of this rule: its labels are those that the rule puts on it, and more. */
function covers(rule: AlertingRule, alert: string, fires: readonly { labels: Readonly<Record<string, string>> }[]) {
  const stated = Object.entries(rule.labels);
  return alert === rule.alert && fires.some(({ labels }) => stated.every(([name, value]) => labels[name] === value));
}
