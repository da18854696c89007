import type { RuleGroup } from '../../../../lib/constructs/monitoring/rules/rule';
import type { AlertCase, Firing, GuideCase, QuietCase, Series, Step } from './alert-case';

/** A test file of `promtool test rules`. */
export interface PromtoolFile {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  readonly group_eval_order: readonly string[];
  /** Shares are rarely binary fractions. */
  readonly fuzzy_compare: true;
  readonly tests: readonly PromtoolTest[];
}

interface PromtoolTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly unknown[];
  readonly promql_expr_test?: readonly unknown[];
}

/** What cases are put to the test with. */
export interface PromtoolInput {
  readonly groups: readonly RuleGroup[];
  readonly runbookBaseUrl: string;
  readonly alerts: readonly AlertCase[];
  readonly quiet: readonly QuietCase[];
  readonly guide: readonly GuideCase[];
}

/** The rules that the alerts of one group depend on, and the tests of those alerts at one step. */
export interface PromtoolSuite {
  /** Name of the group, and the step. */
  readonly name: string;
  readonly rules: readonly RuleGroup[];
  readonly file: PromtoolFile;
}

/**
 * Cases as promtool reads them, suites for each group of alerts: promtool evaluates every rule of a file at every step of
 * every test, so a suite has only the rules that its alerts depend on, and days go by in longer steps.
 */
export function promtoolSuites(input: PromtoolInput): PromtoolSuite[] {
  const suites = input.groups.flatMap((group) => [1, 10].map((step) => promtoolSuite(group, step as Step, input)));
  return suites.filter(({ file }) => file.tests.length > 0);
}

function promtoolSuite(group: RuleGroup, step: Step, input: PromtoolInput): PromtoolSuite {
  const names = new Set(group.rules.flatMap((rule) => ('alert' in rule ? [rule.alert] : [])));
  const isOwn = (one: { readonly alert: string; readonly step?: Step }) =>
    names.has(one.alert) && (one.step ?? 1) === step;
  const name = `${group.name}-${step}m`;
  const rules = neededGroups(group.name, input.groups);
  const own = {
    runbookBaseUrl: input.runbookBaseUrl,
    alerts: input.alerts.filter(isOwn),
    quiet: input.quiet.filter(isOwn),
    // A guide case names an alert of the guide, and is judged by one of ours.
    guide: input.guide.filter(({ ours }) => isOwn(ours)),
  };
  return { name, rules, file: promtoolFile(`${name}.rules.yaml`, step, { ...own, groups: rules }) };
}

/** A group and the groups that record what it reads, directly or not, in their order: records first. */
function neededGroups(name: string, groups: readonly RuleGroup[]): RuleGroup[] {
  const needed = new Set([name]);
  for (const group of [...groups].reverse()) {
    const recorded = group.rules.flatMap((rule) => ('record' in rule ? [rule.record] : []));
    const isRead = (reader: RuleGroup) =>
      needed.has(reader.name) && reader.rules.some(({ expr }) => recorded.some((record) => expr.includes(record)));
    if (groups.some(isRead)) needed.add(group.name);
  }
  return groups.filter((group) => needed.has(group.name));
}

function promtoolFile(
  rulesFile: string,
  step: Step,
  { groups, runbookBaseUrl, alerts, quiet, guide }: PromtoolInput,
): PromtoolFile {
  const interval = `${step}m`;
  const expect: Expect = (alert, minute, fires) => ({
    eval_time: `${minute}m`,
    alertname: alert,
    exp_alerts: fires.map(({ labels, summary, description }) => ({
      exp_labels: labels,
      exp_annotations: { summary, description, runbook_url: `${runbookBaseUrl}/${alert}.md` },
    })),
  });
  return {
    rule_files: [rulesFile],
    evaluation_interval: interval,
    group_eval_order: groups.map(({ name }) => name),
    fuzzy_compare: true,
    tests: [
      ...alerts.flatMap((alertCase) => caseTests(alertCase, step, expect)),
      ...quiet.map(({ alert, when, series, minutes }) => {
        const silences = minutes.map((minute) => expect(alert, minute, []));
        return test(`${alert} keeps silent when ${when}`, step, series, silences);
      }),
      ...guide.map(({ alert, defect, expr, series, minute, yields, ours }) => ({
        ...test(`${alert} of the guide ${defect}`, step, series, [expect(ours.alert, minute, ours.fires)]),
        promql_expr_test: [{ expr, eval_time: `${minute}m`, exp_samples: samples(yields) }],
      })),
    ],
  };
}

type Expect = (alert: string, minute: number, fires: readonly Firing[]) => unknown;

function caseTests(
  { alert, when, series, minute, fires, below, belowFires = [] }: AlertCase,
  step: Step,
  expect: Expect,
): PromtoolTest[] {
  if (below === 'always fires') return [test(`${alert}: ${when}`, step, series, [expect(alert, minute, fires)])];
  return [
    test(`${alert}: ${when}`, step, series, [expect(alert, minute - step, []), expect(alert, minute, fires)]),
    test(`${alert}, just short of it: ${when}`, step, { ...series, ...below }, [expect(alert, minute, belowFires)]),
  ];
}

function test(name: string, step: Step, series: Series, alertTests: readonly unknown[]): PromtoolTest {
  const input = Object.entries(series).map(([labels, values]) => ({ series: labels, values }));
  return { name, interval: `${step}m`, input_series: input, alert_rule_test: alertTests };
}

function samples(yields: GuideCase['yields']): { labels: string; value: number }[] {
  return Object.entries(yields).map(([labels, value]) => ({ labels, value }));
}
