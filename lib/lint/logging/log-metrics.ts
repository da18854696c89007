import type { ManifestSet } from '../../manifests/manifest-set';
import type { Exporter } from '../monitoring/exporters';
import { type FluentBitSection, fluentBitSectionsOf } from './fluent-bit-files';

/** The metrics that Fluent Bit makes of lines: what each filter `log_to_metrics` of the set counts or measures. */
export function logMetrics(set: ManifestSet): Omit<Exporter, 'program'>[] {
  return fluentBitSectionsOf(set).flatMap(metricOf);
}

/**
 * Its name has three parts, of which the second is the mode unless it is stated.
 * @see https://docs.fluentbit.io/manual/data-pipeline/filters/log_to_metrics
 */
function metricOf({ kind, setting }: FluentBitSection): Omit<Exporter, 'program'>[] {
  if (kind !== 'filter' || setting('name')?.toLowerCase() !== 'log_to_metrics') return [];
  const mode = setting('metric_mode')?.toLowerCase() ?? 'counter';
  const type = mode === 'gauge' || mode === 'histogram' ? mode : 'counter';
  const family = `${setting('metric_namespace') || 'log_metric'}_${setting('metric_subsystem') || type}_`;
  return [{ metrics: { [type]: [`${family}${setting('metric_name')}`] }, families: [family] }];
}
