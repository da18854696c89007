import type { Cursor } from '../../manifests/cursor';
import type { Rule, Violation } from '../rule';
import { alertingRules } from './expressions';
import { monitoringFiles } from './monitoring-files';

const required = [
  ['labels', 'severity'],
  ['annotations', 'summary'],
  ['annotations', 'description'],
  ['annotations', 'runbook_url'],
] as const;

export const alertAnnotations: Rule = {
  name: 'alert-annotations',
  class: 'policy',
  finds: 'An alert without severity, summary, description or runbook.',
  why: 'The person on call learns neither how urgent it is nor what to do.',
  fix: 'State labels.severity and the three annotations.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: rules, namespace: monitoring }
data:
  rules.yml: |
    groups:
      - name: web
        rules: [{ alert: WebDown, expr: up == 0 }]
`,
  *check(set, { monitoring }) {
    for (const alert of alertingRules(monitoringFiles(set))) {
      if (!alert.has('alert')) continue;
      yield* missing(alert);
      if (monitoring?.runbooks) yield* danglingRunbook(alert, monitoring.runbooks);
    }
  },
};

function* missing(alert: Cursor): Generator<Violation> {
  for (const path of required) {
    if (alert.text(...path)) continue;
    yield {
      at: alert.at(...path),
      message: `alert ${alert.text('alert')} has no ${path[1]}`,
      remedy: `state ${path.join('.')}`,
    };
  }
}

function* danglingRunbook(alert: Cursor, runbooks: readonly string[]): Generator<Violation> {
  const url = alert.text('annotations', 'runbook_url');
  const name = url
    ?.replace(/[#?].*$/, '')
    .replace(/^.*\//, '')
    .replace(/\.\w+$/, '');
  if (name === undefined || runbooks.includes(name)) return;
  yield {
    at: alert.at('annotations', 'runbook_url'),
    message: `there is no runbook "${name}"`,
    remedy: 'write the runbook, or correct the address',
  };
}
