import { rememberTexts } from '../../manifests/remember';
import type { Rule } from '../rule';
import { findMonitoringFiles, listAlertingRules } from './monitoring-files';

export const ruleSyntax: Rule = {
  name: 'rule-syntax',
  class: 'broken',
  finds:
    'A rule of Prometheus without an expression, with brackets or quotes that do not match, or with a time that has no unit.',
  why: 'Prometheus refuses the whole file: none of its rules is evaluated.',
  fix: 'Close the bracket or quote, or state a time such as 5m.',
  example: `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: web, namespace: shop }
spec:
  groups:
    - name: web
      rules: [{ alert: WebDown, expr: "sum(rate(requests_total[5m]) by (job) == 0", for: 5 }]
`,
  *check(set) {
    for (const rule of listAlertingRules(findMonitoringFiles(set))) {
      const expr = rule.at('expr');
      const text = expr.text() ?? (expr.exists ? String(expr.value) : '');
      const problem = text.trim() === '' ? 'the rule has no expression' : findUnmatched(text);
      if (problem !== undefined) yield { at: expr, message: problem, remedy: 'correct the expression' };
      for (const at of [rule.at('for'), rule.at('keep_firing_for')]) {
        if (!at.exists || isDuration(at.value)) continue;
        yield { at, message: `${JSON.stringify(at.value)} is not a time`, remedy: 'state one such as 5m' };
      }
    }
  },
};

/** `0` needs no unit. Something else may fill in a template. */
function isDuration(value: unknown): boolean {
  if (typeof value !== 'string') return value === 0 || value === null;
  return value === '' || /^(0|(\d+(ms|[smhdwy]))+)$|[{$%]/.test(value);
}

const closing: Readonly<Record<string, string | undefined>> = { '(': ')', '[': ']', '{': '}' };

/** Literals, of which backquotes alone hold line breaks; comments; brackets; and quotes that begin no literal. */
const tokens = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`|#.*|[()[\]{}]|["'`]/g;

/** What is wrong with the brackets and quotes of an expression, in PromQL or in a language that is like it. */
const findUnmatched = rememberTexts((text): string | undefined => {
  const open: string[] = [];
  for (const [token] of text.matchAll(tokens)) {
    if (token === '"' || token === "'" || token === '`') return `the expression has a ${token} that does not end`;
    const end = closing[token];
    if (end !== undefined) open.push(end);
    else if (token.length === 1 && token !== open.pop()) return `the expression has a ${token} that closes nothing`;
  }
  return open.length === 0 ? undefined : `the expression lacks a ${open.at(-1)}`;
});
