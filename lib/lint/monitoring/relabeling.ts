import type { Cursor } from '../../manifests/cursor';

/** Labels of a target before it is scraped. */
export type TargetLabels = Readonly<Record<string, string>>;

/** What Prometheus' relabelling makes of a target's labels; undefined if it drops the target. */
export function relabel(target: TargetLabels, configs: readonly Cursor[]): TargetLabels | undefined {
  let labels: TargetLabels | undefined = target;
  for (const config of configs) labels = labels && applied(labels, config);
  return labels;
}

function applied(labels: TargetLabels, config: Cursor): TargetLabels | undefined {
  const source = config
    .texts('source_labels')
    .map((name) => labels[name] ?? '')
    .join(config.text('separator') ?? ';');
  const match = anchored(config).exec(source);
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
      // What maps, drops or hashes labels decides nothing about which targets there are.
      return labels;
  }
}

/** A regular expression of Prometheus must match the whole of a value. */
function anchored(config: Cursor): RegExp {
  const { value } = config.at('regex');
  const [, flags = '', pattern = ''] =
    /^(?:\(\?([is]+)\))?(.*)$/s.exec(value === undefined ? '(.*)' : String(value)) ?? [];
  try {
    return new RegExp(`^(?:${pattern})$`, [...new Set(`s${flags}`)].join(''));
  } catch {
    // Prometheus' syntax has things that JavaScript's has not: take it to match.
    return /^/;
  }
}

function replacement(match: RegExpExecArray, config: Cursor): string {
  const template = config.text('replacement') ?? '$1';
  return template.replace(/\$(?:(\d+)|\{(\d+)\})/g, (_, plain, braced) => match[Number(plain ?? braced)] ?? '');
}
