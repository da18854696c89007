import { inhibitions } from '../../../../lib/constructs/monitoring/alerting/inhibitions';
import { makeRuleGroups } from '../../../../lib/constructs/monitoring/rules/rule-groups';
import { alertingRules } from '../rules/alerting-rules';
import { everything } from '../rules/rule-inputs';

const ours = inhibitions.filter(({ source }) => source.alertname?.value === 'RestoreInProgress');
const alerts = alertingRules(makeRuleGroups(everything)).map(({ alert }) => alert);

/** Whether Alertmanager would mute an alert while its source is on: matchers are anchored, and all have to match. */
function isMuted(labels: Readonly<Record<string, string>>): boolean {
  return ours.some(({ target }) =>
    Object.entries(target).every(
      ([name, { operator, value }]) => new RegExp(`^(?:${value})$`).test(labels[name] ?? '') === (operator !== '!~'),
    ),
  );
}

test('names alerts that there are', () => {
  const named = JSON.stringify(ours).match(/[A-Z]\w+/g) ?? [];
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => !alerts.includes(name))).toEqual([]);
});

test.each([
  { alertname: 'TargetsMissing', job: 'veza-chat-server' },
  { alertname: 'NoTraffic', job: 'veza-backend-api' },
  { alertname: 'HostUnreachable', job: 'blackbox-exporter' },
  { alertname: 'ErrorBudgetBurn', job: 'veza-stream-server' },
])('a planned restore mutes $alertname of $job', (labels) => {
  expect(isMuted(labels)).toBe(true);
});

test.each([
  { alertname: 'DatabaseDown', job: '' },
  { alertname: 'TargetsMissing', job: 'postgres' },
  { alertname: 'BackupTooOld', job: '' },
  { alertname: 'VolumeFullSoon', job: '' },
  { alertname: 'RestoreInProgress', job: '' },
])('a planned restore does not mute $alertname of $job', (labels) => {
  expect(isMuted(labels)).toBe(false);
});
