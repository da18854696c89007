import { matchDatabaseVolumes, scrapeJobs } from '../scrape-endpoints';
import { is, type Matchers, matches, noneOf, oneOf, select, unlessAsLowBefore } from './promql';
import { type Alert, type RuleContext, warn } from './rule';

/** Alerts on volumes and the quota. The volume of the database pages, because the database stops when it is full. */
export function makeCapacityAlerts(input: RuleContext): Alert[] {
  const { namespace, monitoringNamespace } = input;
  const all = { namespace: oneOf([namespace, monitoringNamespace]) };
  const platform = { namespace: is(namespace) };
  const database = { ...platform, persistentvolumeclaim: matches(matchDatabaseVolumes(input.database)) };
  return [
    ...(input.database.kind !== 'managed'
      ? [
          alertVolumeFilling(database, 0.97, { severity: 'critical', for: '5m' }),
          alertVolumeFullSoon(database, {
            severity: 'critical',
            for: '10m',
            pace: { window: '1h', text: 'hour' },
            left: { seconds: 4 * 60 * 60, text: 'four hours' },
          }),
        ]
      : []),
    // Prometheus fills its own volume on purpose, up to its configured size: therefore 90 %.
    alertVolumeFilling(all, 0.9, { severity: 'warning', for: '15m' }),
    // Only the platform: the volume of a new Prometheus always seems to be full soon.
    alertVolumeFullSoon(platform, {
      severity: 'warning',
      for: '1h',
      pace: { window: '6h', text: '6 hours' },
      left: { seconds: 4 * 24 * 60 * 60, text: 'four days' },
    }),
    alertQuotaNearlyFull(input),
  ];
}

/** @param share of the volume that is used: above it the alert is raised */
function alertVolumeFilling(volumes: Matchers, share: number, when: Pick<Alert, 'severity' | 'for'>): Alert {
  const stats = volumeStats(volumes);
  return {
    name: 'VolumeFilling',
    ...when,
    expr: `1 -
  ${stats('available')}
  / ${stats('capacity')}
> ${share}`,
    summary: 'Volume {{ $labels.persistentvolumeclaim }} is almost full',
    description:
      'The volume of claim {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} is ' +
      '{{ $value | humanizePercentage }} full.',
  };
}

/** From which predicted time on a volume raises an alert. */
interface Pace extends Pick<Alert, 'severity' | 'for'> {
  readonly pace: { readonly window: string; readonly text: string };
  readonly left: { readonly seconds: number; readonly text: string };
}

function alertVolumeFullSoon(volumes: Matchers, { pace, left, ...when }: Pace): Alert {
  const stats = volumeStats(volumes);
  const available = selectVolumeSeries('available', volumes);
  return {
    name: 'VolumeFullSoon',
    ...when,
    expr: `${stats('available')}
< 0.4 * ${stats('capacity')}
and
${perClaim(`predict_linear(${available}[${pace.window}], ${left.seconds})`)} < 0
${unlessAsLowBefore(available, perClaim)}`,
    summary: `Volume {{ $labels.persistentvolumeclaim }} will be full within ${left.text}`,
    description:
      'The volume of claim {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} has ' +
      `{{ $value | humanize1024 }}B of free space. It will be full in less than ${left.text} at the rate of the ` +
      `last ${pace.text}.`,
  };
}

/** Without claims and their storage: their quota is exactly what the environment uses. */
function alertQuotaNearlyFull(input: RuleContext): Alert {
  const quota = (type: string) => {
    const amounts = {
      job: is(scrapeJobs.kubeStateMetrics),
      namespace: is(input.namespace),
      type: is(type),
      resource: noneOf(['persistentvolumeclaims', 'requests.storage']),
    };
    return `max by (namespace, resource) (${select('kube_resourcequota', amounts)})`;
  };
  return warn('QuotaNearlyFull', '15m', {
    expr: `${quota('used')}
/ (${quota('hard')} > 0)
> 0.9`,
    summary: 'The quota of {{ $labels.namespace }} is almost exhausted',
    description:
      '{{ $value | humanizePercentage }} of the quota of {{ $labels.resource }} in {{ $labels.namespace }} is used.',
  });
}

function volumeStats(volumes: Matchers): (figure: string) => string {
  return (figure) => perClaim(selectVolumeSeries(figure, volumes));
}

/** Two nodes export a volume for a while after it has moved. */
function perClaim(series: string): string {
  return `min by (namespace, persistentvolumeclaim) (${series})`;
}

function selectVolumeSeries(figure: string, volumes: Matchers): string {
  return select(`kubelet_volume_stats_${figure}_bytes`, { job: is(scrapeJobs.kubelet), ...volumes });
}
