import type { Environment } from '../../../lib/platform/environment';
import { validateEnvironment } from '../../../lib/platform/environment-validation';
import { computeObjectiveRatio } from '../../../lib/platform/settings/objectives';
import { veza } from '../../../lib/veza/veza';
import { production } from '../../support/environments/production';

const { monitoring } = production;

/** The problems of production, with something else in its monitoring. */
function problems(change: object): readonly string[] {
  return validateEnvironment(veza, { ...production, monitoring: { ...monitoring, ...change } } as Environment);
}

test('production as it is has none', () => {
  expect(problems({})).toEqual([]);
});

test.each([
  [
    'an unknown receiver',
    { receivers: { ...monitoring.receivers, critical: [{ kind: 'pigeon' }] } },
    'production.monitoring.receivers.critical.0.kind: "pigeon": use one of slack, pagerduty, email, webhook',
  ],
  [
    'two receivers of a kind',
    { receivers: { ...monitoring.receivers, critical: [{ kind: 'webhook' }, { kind: 'webhook' }] } },
    'production.monitoring.receivers.critical.1.kind: "webhook": is there already; a severity has one receiver of a kind',
  ],
  [
    'a severity without a receiver',
    { receivers: { ...monitoring.receivers, warning: [] } },
    'production.monitoring.receivers.warning: []: is empty, so alerts of this severity would not be sent; name a receiver',
  ],
  [
    'an objective of 100 %',
    { objectives: { ...monitoring.objectives, 'chat-server': 100 } },
    'production.monitoring.objectives.chat-server: 100: leaves no budget for errors, and every one of them would be an alert; use less than 100, such as 99.9',
  ],
  [
    'an objective as a share',
    { objectives: { ...monitoring.objectives, 'chat-server': 0.999 } },
    'production.monitoring.objectives.chat-server: 0.999: use per cent, 95 or more, such as 99.9',
  ],
  [
    'a service without an objective',
    { objectives: { ...monitoring.objectives, 'stream-server': undefined } },
    'production.monitoring.objectives.stream-server: is missing; state it',
  ],
  [
    'an objective of no service',
    { objectives: { ...monitoring.objectives, 'mail-server': 99 } },
    'production.monitoring.objectives.mail-server: is not a service of the platform; remove it',
  ],
  [
    'a retention larger than the volume',
    { prometheus: { ...monitoring.prometheus, retention: { days: 45, size: '43Gi' } } },
    'production.monitoring.prometheus.retention.size: "43Gi": is more than 85 % of the volume of 50Gi; keep at most 43520Mi, or enlarge the volume',
  ],
  [
    'a URL with a slash at the end',
    { externalUrls: { ...monitoring.externalUrls, grafana: 'https://grafana.veza.app/' } },
    'production.monitoring.externalUrls.grafana: "https://grafana.veza.app/": leave out the slash at the end',
  ],
  [
    'a server without a URL',
    { externalUrls: { prometheus: 'http://localhost:9090', grafana: 'http://localhost:3000' } },
    'production.monitoring.externalUrls.alertmanager: is missing; state it',
  ],
  [
    'a retention shorter than the error budget',
    { prometheus: { ...monitoring.prometheus, retention: { days: 30, size: '40Gi' } } },
    'production.monitoring.prometheus.retention.days: 30: use a whole number of 35 or more: the error budget is of 30 days',
  ],
  [
    'a runbook URL with a slash at its end',
    { runbookBaseUrl: 'https://runbooks.veza.app/' },
    'production.monitoring.runbookBaseUrl: "https://runbooks.veza.app/": leave out the slash at the end',
  ],
])('%s is one clear error', (_, change, problem) => {
  expect(problems(change)).toEqual([problem]);
});

test('an objective becomes the share that one would write', () => {
  expect([99.9, 99.95, 99, 50].map(computeObjectiveRatio)).toEqual([0.999, 0.9995, 0.99, 0.5]);
});
