import type { Cursor } from '../../manifests/cursor';
import { rememberTexts } from '../../manifests/remember';

/** Labels of a target before it is scraped. */
export type TargetLabels = Readonly<Record<string, string>>;

/** Applies relabelling steps to a target's labels, as Prometheus does; undefined if they drop the target. */
export function relabel(target: TargetLabels, configs: readonly Cursor[]): TargetLabels | undefined {
  let labels: TargetLabels | undefined = target;
  for (const config of configs) labels = labels && applyStep(labels, config);
  return labels;
}

function applyStep(labels: TargetLabels, config: Cursor): TargetLabels | undefined {
  const source = config
    .texts('source_labels')
    .map((name) => labels[name] ?? '')
    .join(config.text('separator') ?? ';');
  const { value = '(.*)' } = config.at('regex');
  const match = anchored(String(value)).exec(source);
  switch (config.text('action') ?? 'replace') {
    case 'keep':
      return match ? labels : undefined;
    case 'drop':
      return match ? undefined : labels;
    case 'keepequal':
      return source === labels[config.text('target_label') ?? ''] ? labels : undefined;
    case 'dropequal':
      return source === labels[config.text('target_label') ?? ''] ? undefined : labels;
    case 'replace':
      return match ? { ...labels, [config.text('target_label') ?? '']: replacement(match, config) } : labels;
    default:
      // Steps that map, drop or hash labels keep every target.
      return labels;
  }
}

/** A regular expression of Prometheus must match the whole of a value. Each step meets the labels of every target. */
const anchored = rememberTexts((text): RegExp => {
  const [, flags = '', pattern = ''] = /^(?:\(\?([is]+)\))?(.*)$/s.exec(text) ?? [];
  try {
    return new RegExp(`^(?:${pattern})$`, [...new Set(`s${flags}`)].join(''));
  } catch {
    // JavaScript cannot read all of Prometheus' syntax: assume a match.
    return /^/;
  }
});

function replacement(match: RegExpExecArray, config: Cursor): string {
  const template = config.text('replacement') ?? '$1';
  return template.replace(/\$(?:(\d+)|\{(\d+)\})/g, (_, plain, braced) => match[Number(plain ?? braced)] ?? '');
}
