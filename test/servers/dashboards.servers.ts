import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeRuleGroups } from '../../lib/constructs/monitoring/rules/rule-groups';
import { clusterSeries, namespace } from '../constructs/monitoring/dashboards/cluster-series';
import { input, isLogQuery, panelsOf, platformDashboards } from '../constructs/monitoring/dashboards/support';

const project = join(__dirname, '..', '..');
const promtool = join(project, 'node_modules/.cache/veza/tools/bin/promtool');
const folder = mkdtempSync(join(tmpdir(), 'dashboards-'));

/** Every PromQL query of every panel, and a name for it. */
const queries = platformDashboards().flatMap((dashboard) =>
  panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
    targets
      .filter((target) => !isLogQuery(target))
      .map(({ expr, legendFormat }) => ({ name: `${dashboard.title}: ${title}: ${legendFormat}`, expr })),
  ),
);

beforeAll(() => {
  execFileSync('bash', [join(__dirname, 'prometheus-tools.sh')], { stdio: 'inherit' });
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

test('Prometheus answers every query of every panel in a cluster that exports what it should', () => {
  const rules = makeRuleGroups({
    ...input,
    namespace,
    monitoringNamespace: `${namespace}-monitoring`,
    logsNamespace: `${namespace}-logs`,
    addOns: [],
    sendsSamples: true,
    certificateNamespaces: [namespace],
    jobs: [],
    runbookBaseUrl: 'https://runbooks.veza.app',
  });
  writeFileSync(join(folder, 'rules.yaml'), stringify({ groups: rules }));
  writeFileSync(join(folder, 'tests.yaml'), stringify(suite()));
  const { status, output } = run(['test', 'rules', 'tests.yaml']);
  const silent = queries.filter(({ expr }) => output.includes(JSON.stringify(answered(expr)).slice(1, -1)));
  expect(silent.map(({ name }) => name)).toEqual([]);
  expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
  expect(queries.length).toBeGreaterThan(100);
});

test('a deploy is marked while its image is new, and not when kube-state-metrics starts again', () => {
  const [mark] = platformDashboards().flatMap(({ annotations }) => annotations.list.flatMap(({ expr }) => expr ?? []));
  const expr = (mark ?? '').replaceAll('$environment', namespace);
  const running = (instance: string, version: string) =>
    `kube_pod_container_info{job="kube-state-metrics", namespace="${namespace}", instance="${instance}", ` +
    `container="backend-api", image_spec="backend-api:${version}"}`;
  const marked = [{ labels: '{container="backend-api", image_spec="backend-api:v2"}', value: 1 }];
  const at = (minute: number, samples: typeof marked) => ({ expr, eval_time: `${minute}m`, exp_samples: samples });
  const test = {
    interval: '1m',
    input_series: [
      { series: running('a', 'v1'), values: '1x32 stale' },
      { series: running('a', 'v2'), values: '_x30 1x20 stale' },
      { series: running('b', 'v2'), values: '_x55 1x30' },
    ],
    promql_expr_test: [at(29, []), at(30, marked), at(31, marked), at(33, []), at(56, []), at(60, [])],
  };
  writeFileSync(join(folder, 'deploys.yaml'), stringify({ rule_files: [], tests: [test] }));
  expect(run(['test', 'rules', 'deploys.yaml'])).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
});

/** Each query yields something. 35 minutes are enough for every window: a mean of a day is one of what there is. */
function suite() {
  return {
    rule_files: ['rules.yaml'],
    evaluation_interval: '30s',
    tests: [
      {
        interval: '30s',
        input_series: clusterSeries(),
        promql_expr_test: queries.map(({ expr }) => ({
          expr: answered(expr),
          eval_time: '35m',
          exp_samples: [{ labels: '{}', value: 1 }],
        })),
      },
    ],
  };
}

/** Whether the query yields anything, for any of the services where it is one for a chosen service. */
function answered(expr: string): string {
  const chosen = expr.includes('$service')
    ? input.services.map(({ workload }) => expr.replaceAll('$service', workload))
    : [expr];
  const text = chosen.map((one) => `(${one})`).join(' or ');
  const values = { $environment: namespace, $pod: '.+', $node: '.+', $database: '.+', $__rate_interval: '5m' };
  return `count(${Object.entries(values).reduce((rest, [name, value]) => rest.replaceAll(name, value), text)}) > bool 0`;
}

function run(args: readonly string[]): { status: number; output: string } {
  try {
    return { status: 0, output: execFileSync(promtool, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { status, output: `${stdout}${stderr}` };
  }
}
