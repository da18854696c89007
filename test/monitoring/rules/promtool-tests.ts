import type { RuleGroup } from '../../../lib/monitoring/rules/rule-group';
import type { AlertCase, Firing, GuideCase, QuietCase, Series } from './alert-case';

/** A test file of `promtool test rules`. */
export interface PromtoolFile {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: '1m';
  readonly group_eval_order: readonly string[];
  /** Shares are rarely binary fractions. */
  readonly fuzzy_compare: true;
  readonly tests: readonly PromtoolTest[];
}

interface PromtoolTest {
  readonly name: string;
  readonly interval: '1m';
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly unknown[];
  readonly promql_expr_test?: readonly unknown[];
}

/** What cases are put to the test with. */
export interface PromtoolInput {
  readonly rulesFile: string;
  readonly groups: readonly RuleGroup[];
  readonly runbookBaseUrl: string;
  readonly alerts: readonly AlertCase[];
  readonly quiet: readonly QuietCase[];
  readonly guide: readonly GuideCase[];
}

/** Cases as promtool reads them. Groups are evaluated in their order: records first, then what reads them. */
export function promtoolFile({ rulesFile, groups, runbookBaseUrl, alerts, quiet, guide }: PromtoolInput): PromtoolFile {
  const expect = (alert: string, minute: number, fires: readonly Firing[]) => ({
    eval_time: `${minute}m`,
    alertname: alert,
    exp_alerts: fires.map(({ labels, summary, description }) => ({
      exp_labels: labels,
      exp_annotations: { summary, description, runbook_url: `${runbookBaseUrl}/${alert}.md` },
    })),
  });
  return {
    rule_files: [rulesFile],
    evaluation_interval: '1m',
    group_eval_order: groups.map(({ name }) => name),
    fuzzy_compare: true,
    tests: [
      ...alerts.flatMap((alertCase) => caseTests(alertCase, expect)),
      ...quiet.map(({ alert, when, series, minutes }) => {
        const silences = minutes.map((minute) => expect(alert, minute, []));
        return test(`${alert} keeps silent when ${when}`, series, silences);
      }),
      ...guide.map(({ alert, defect, expr, series, minute, yields, ours }) => ({
        ...test(`${alert} of the guide ${defect}`, series, [expect(ours.alert, minute, ours.fires)]),
        promql_expr_test: [{ expr, eval_time: `${minute}m`, exp_samples: samples(yields) }],
      })),
    ],
  };
}

type Expect = (alert: string, minute: number, fires: readonly Firing[]) => unknown;

function caseTests(
  { alert, when, series, minute, fires, below, belowFires = [] }: AlertCase,
  expect: Expect,
): PromtoolTest[] {
  if (below === 'always fires') return [test(`${alert}: ${when}`, series, [expect(alert, minute, fires)])];
  return [
    test(`${alert}: ${when}`, series, [expect(alert, minute - 1, []), expect(alert, minute, fires)]),
    test(`${alert}, just short of it: ${when}`, { ...series, ...below }, [expect(alert, minute, belowFires)]),
  ];
}

function test(name: string, series: Series, alertTests: readonly unknown[]): PromtoolTest {
  const input = Object.entries(series).map(([labels, values]) => ({ series: labels, values }));
  return { name, interval: '1m', input_series: input, alert_rule_test: alertTests };
}

function samples(yields: GuideCase['yields']): { labels: string; value: number }[] {
  return Object.entries(yields).map(([labels, value]) => ({ labels, value }));
}
