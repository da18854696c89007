import type { Cursor } from '../../manifests/cursor';
import type { Manifest } from '../../manifests/manifest';
import type { ManifestSet } from '../../manifests/manifest-set';
import { rememberFor, rememberTexts } from '../../manifests/remember';
import { readEmbeddedFile } from '../configuration/embedded-files';
import type { Exporter } from '../monitoring/exporters';

/** A section of a Fluent Bit configuration: an input, a filter, an output or the service. */
export interface FluentBitSection {
  readonly kind: string;
  /** The file, or the place in it, where the section stands. */
  readonly at: Cursor;
  /** A setting, whatever the case of its name. */
  readonly setting: (name: string) => string | undefined;
}

const sectionKinds = ['service', 'input', 'filter', 'output'] as const;

/** Sections of every Fluent Bit file of a set. */
export const listFluentBitSections = rememberFor((set: ManifestSet): readonly FluentBitSection[] =>
  set.ofType('ConfigMap', 'Secret').flatMap(readFluentBitSections),
);

/** Sections of the Fluent Bit files of a ConfigMap or Secret, in the classic form (`[FILTER]`) and in YAML. */
export const readFluentBitSections = rememberFor((object: Manifest): readonly FluentBitSection[] =>
  ['data', 'stringData']
    .flatMap((field) => object.at(field).entries())
    .flatMap(([key, at]) => {
      if (key.endsWith('.json')) return [];
      const text = at.text() ?? '';
      if (isClassic(text)) return classicSections(at, text);
      return /\.ya?ml$/.test(key) && /^(pipeline|service):/m.test(text)
        ? yamlSections(at.readAs(readEmbeddedFile(key, text)?.content))
        : [];
    }),
);

const isClassic = rememberTexts((text) => /^[^\S\r\n]*\[(SERVICE|INPUT|FILTER|OUTPUT)\]/im.test(text));

function classicSections(at: Cursor, text: string): FluentBitSection[] {
  return text.split(/^\s*(?=\[\w+\]\s*$)/m).flatMap((section) => {
    const [, kind] = /^\[(\w+)\]/.exec(section) ?? [];
    if (kind === undefined) return [];
    const lines = section.split('\n').slice(1);
    return [{ kind: kind.toLowerCase(), at, setting: reader(lines.map((line) => line.trim().split(/\s+(.*)/))) }];
  });
}

/** A file that is no YAML belongs to another rule. */
function yamlSections(content: Cursor): FluentBitSection[] {
  const pipeline = content.at('pipeline');
  return sectionKinds.flatMap((kind) => {
    const places = kind === 'service' ? [content.at('service')] : pipeline.items(`${kind}s`);
    return places
      .filter(({ exists }) => exists)
      .map((place) => ({
        kind,
        at: place,
        setting: reader(place.entries().map(([name, { value }]) => [name, String(value)])),
      }));
  });
}

function reader(settings: readonly (readonly (string | undefined)[])[]): FluentBitSection['setting'] {
  const values = new Map(settings.map(([name = '', value = '']) => [name.toLowerCase(), value.trim()]));
  return (name) => values.get(name);
}

/** The metrics that Fluent Bit makes of lines: what each filter `log_to_metrics` of the set counts or measures. */
export function listLogMetrics(set: ManifestSet): Omit<Exporter, 'program'>[] {
  return listFluentBitSections(set).flatMap(metricOf);
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
