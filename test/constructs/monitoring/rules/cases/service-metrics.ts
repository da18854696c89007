import type { AlertCase, Firing, QuietCase, Series } from '../alert-case';
import { everything } from '../rule-inputs';

/** Without the buckets that have a bound there is no quantile. */
const endlessCases: readonly AlertCase[] = everything.services.map(({ contract: { metrics }, workload }) => {
  const { histogram } = metrics.responseTime;
  const of = `namespace="veza-production", job="${workload}", pod="a"`;
  return {
    alert: 'ServiceMetricMissing',
    when: `the histogram of ${workload} has no bucket but the infinite one`,
    series: Object.assign(
      {},
      up(workload),
      ...Object.entries(metrics.exports).map(([name, { type }]) =>
        name === histogram ? {} : exported(workload, name, type),
      ),
      { [`${histogram}_bucket{${of}, le="+Inf"}`]: '0x70' },
    ),
    minute: 60,
    fires: [missing(workload, histogram, metrics.exports[histogram]?.assumed === true)],
    below: { [`${histogram}_bucket{${of}, le="1.0"}`]: '0x70' },
  };
});

/** For each service and each metric of its contract: replicas are up, and export all but that one. */
const absentCases: readonly AlertCase[] = everything.services.flatMap(({ contract, workload }) =>
  Object.keys(contract.metrics.exports).map((metric): AlertCase => {
    const exports = Object.entries(contract.metrics.exports);
    const others = exports.filter(([name]) => name !== metric);
    return {
      alert: 'ServiceMetricMissing',
      when: `no replica of ${workload} exports ${metric}`,
      series: Object.assign({}, up(workload), ...others.map(([name, { type }]) => exported(workload, name, type))),
      minute: 60,
      fires: [missing(workload, metric, contract.metrics.exports[metric]?.assumed === true)],
      below: Object.assign({}, ...exports.map(([name, { type }]) => exported(workload, name, type))),
    };
  }),
);

export const serviceMetricCases: readonly AlertCase[] = [...absentCases, ...endlessCases];

/** Who does not run exports nothing, and has alerts of its own. */
export const serviceMetricQuiet: readonly QuietCase[] = everything.services.map(({ workload }) => ({
  alert: 'ServiceMetricMissing',
  when: `no replica of ${workload} is up`,
  series: { [`up{namespace="veza-production", job="${workload}", pod="a"}`]: '0x70' },
  minutes: [70],
}));

function up(workload: string): Series {
  const of = `namespace="veza-production", job="${workload}"`;
  return { [`up{${of}, pod="a"}`]: '1x70', [`up{${of}, pod="b"}`]: '1x70' };
}

function exported(workload: string, metric: string, type: string): Series {
  const name = type === 'histogram' ? `${metric}_bucket` : metric;
  const labels = `namespace="veza-production", job="${workload}", pod="a"${type === 'histogram' ? ', le="1.0"' : ''}`;
  return { [`${name}{${labels}}`]: '0x70' };
}

function missing(workload: string, metric: string, assumed: boolean): Firing {
  return {
    labels: { severity: 'warning', namespace: 'veza-production', job: workload, metric },
    summary: `${workload} does not export ${metric}`,
    description:
      `${workload} has 2 replicas up, but none of them has exported ${metric} in the last day: ` +
      `rules and dashboards that use it have no data.${assumed ? ' Its name is an assumption of the contract.' : ''}`,
  };
}
