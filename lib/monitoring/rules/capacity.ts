import { jobs } from '../jobs';
import { alertingRule } from './alert';
import type { AlertingRule, RuleGroup } from './rule-group';
import type { RuleInput } from './rule-input';
import { is, type Matcher, noneOf, oneOf, select } from './selector';

/** Alerts on what runs out in Kubernetes: volumes and the quota. */
export function capacityGroup(input: RuleInput): RuleGroup {
  return { name: 'capacity', rules: [volumeFilling(input), volumeFullSoon(input), quotaNearlyFull(input)] };
}

/** Prometheus fills its own volume on purpose, up to the size that it is told to keep below: hence 90 %. */
function volumeFilling(input: RuleInput): AlertingRule {
  const stats = volumeStats(oneOf([input.namespace, input.monitoringNamespace]));
  return alertingRule(input, {
    name: 'VolumeFilling',
    severity: 'warning',
    for: '15m',
    expr: `1 -
  ${stats('available')}
  / ${stats('capacity')}
> 0.9`,
    summary: 'Volume {{ $labels.persistentvolumeclaim }} fills up',
    description:
      'The volume of claim {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} is ' +
      '{{ $value | humanizePercentage }} full.',
  });
}

/** Of the platform alone: the volume of a young Prometheus always seems to be full soon. */
function volumeFullSoon(input: RuleInput): AlertingRule {
  const platform = is(input.namespace);
  const stats = volumeStats(platform);
  return alertingRule(input, {
    name: 'VolumeFullSoon',
    severity: 'warning',
    for: '1h',
    expr: `${stats('available')}
< 0.4 * ${stats('capacity')}
and
min by (namespace, persistentvolumeclaim) (
  predict_linear(${volumeSeries('available', platform)}[6h], 4 * 24 * 60 * 60)
) < 0`,
    summary: 'Volume {{ $labels.persistentvolumeclaim }} will be full within four days',
    description:
      'The volume of claim {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} has ' +
      '{{ $value | humanize1024 }}B left, which last less than four days at the pace of the last 6 hours.',
  });
}

/** Claims are counted to the last one: their quota is full by design. */
function quotaNearlyFull(input: RuleInput): AlertingRule {
  const quota = (type: string) => {
    const amounts = {
      job: is(jobs.kubeStateMetrics),
      namespace: is(input.namespace),
      type: is(type),
      resource: noneOf(['persistentvolumeclaims', 'requests.storage']),
    };
    return `max by (namespace, resource) (${select('kube_resourcequota', amounts)})`;
  };
  return alertingRule(input, {
    name: 'QuotaNearlyFull',
    severity: 'warning',
    for: '15m',
    expr: `${quota('used')}
/ (${quota('hard')} > 0)
> 0.9`,
    summary: 'The quota of {{ $labels.namespace }} is nearly used up',
    description:
      '{{ $value | humanizePercentage }} of the quota of {{ $labels.resource }} in {{ $labels.namespace }} is used.',
  });
}

/** A volume that has just moved is known to two nodes for a while. */
function volumeStats(namespace: Matcher): (figure: string) => string {
  return (figure) => `min by (namespace, persistentvolumeclaim) (${volumeSeries(figure, namespace)})`;
}

function volumeSeries(figure: string, namespace: Matcher): string {
  return select(`kubelet_volume_stats_${figure}_bytes`, { job: is(jobs.kubelet), namespace });
}
