import type { Cursor } from '../../manifests/cursor';
import { formatList, type ManifestSet } from '../../manifests/manifest-set';
import { findMonitoringFiles, listLogExpressions } from '../monitoring/monitoring-files';
import type { Rule } from '../rule';
import { type FluentBitSection, listFluentBitSections, readFluentBitSections } from './fluent-bit-files';

export const logBuffers: Rule = {
  name: 'log-buffers',
  class: 'broken',
  finds:
    'A multiline filter of Fluent Bit that buffers in memory, although the inputs buffer on disk or remember their offsets.',
  why: 'The filter emits each line again, into a buffer of its own. While the receiver is away it fills up in memory; after a restart these lines are lost, since the offsets of the input are ahead of them.',
  fix: 'State emitter_storage.type filesystem in the filter, and storage.path in the service.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: fluent-bit, namespace: logging }
data:
  fluent-bit.conf: |
    [SERVICE]
        storage.path /state/buffer
    [INPUT]
        Name tail
        Path /var/log/containers/*.log
        DB /state/tail.db
        storage.type filesystem
    [FILTER]
        Name multiline
        Match *
        multiline.parser go
`,
  *check(set) {
    for (const object of set.ofType('ConfigMap', 'Secret')) {
      const sections = readFluentBitSections(object);
      if (!sections.some(isDurable)) continue;
      for (const { at } of sections.filter(buffersInMemory)) {
        yield {
          at,
          message:
            'the multiline filter buffers in memory: its lines are lost when Fluent Bit restarts while the receiver is away',
          remedy: 'state emitter_storage.type filesystem in the filter',
        };
      }
    }
  },
};

/** Whether a section shows that no line is to be lost: an input that remembers its offset, or a buffer on disk. */
function isDurable({ kind, setting }: FluentBitSection): boolean {
  if (kind === 'service') return setting('storage.path') !== undefined;
  return kind === 'input' && (setting('db') !== undefined || setting('storage.type') === 'filesystem');
}

function buffersInMemory({ kind, setting }: FluentBitSection): boolean {
  const isBuffered = !/^(off|false|no)$/i.test(setting('buffer') ?? '');
  const isMultiline = kind === 'filter' && setting('name')?.toLowerCase() === 'multiline';
  return isMultiline && isBuffered && setting('emitter_storage.type')?.toLowerCase() !== 'filesystem';
}

/** Labels that Loki itself adds. */
const ownLabels = ['__name__', '__stream_shard__', 'service_name'];

/** Programs that send logs and whose labels are not read here. */
const otherCollectors = /promtail|alloy|grafana-agent|vector|fluentd|otel|opentelemetry|logstash|filebeat|beyla/;

export const logLabels: Rule = {
  name: 'log-labels',
  class: 'broken',
  finds:
    'A query of Loki in a dashboard, or a selector of a retention, with a label that no collector sends. Collectors are the outputs `loki` of Fluent Bit; nothing is found where another collector runs.',
  why: 'The panel is empty, or the retention never applies.',
  fix: 'Select by a label of the output, filter behind a bar (`| pod="…"`), or send the label.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: logging, namespace: monitoring }
data:
  fluent-bit.conf: |
    [OUTPUT]
        name loki
        labels app=$app, level=$level
  loki.yaml: |
    limits_config:
      retention_stream:
        - { selector: '{severity="debug"}', priority: 1, period: 24h }
`,
  *check(set) {
    const sent = sentLabels(set);
    if (sent === undefined) return;
    for (const at of logSelectors(set)) {
      for (const label of selectedLabels(at.text() ?? '')) {
        if (sent.includes(label) || ownLabels.includes(label)) continue;
        yield {
          at,
          message: `no collector sends the label ${label} (there is ${formatList(sent)})`,
          remedy: 'select by a label that is sent, or send it',
        };
      }
    }
  },
};

/** Labels that the collectors of the set send; undefined if that is not known. */
function sentLabels(set: ManifestSet): string[] | undefined {
  const outputs = listFluentBitSections(set).filter(isLokiOutput);
  const images = set.containers.map(({ at }) => at.text('image') ?? '');
  if (outputs.length === 0 || images.some((image) => otherCollectors.test(image))) return undefined;
  const labels = outputs.map(labelsOf);
  return labels.includes(undefined) ? undefined : [...new Set(labels.flatMap((names) => names ?? []))];
}

function isLokiOutput({ kind, setting }: FluentBitSection): boolean {
  return kind === 'output' && setting('name')?.toLowerCase() === 'loki';
}

/** Labels of an output. Those that it makes of keys, of a map or of Kubernetes' own are not known. */
function labelsOf({ setting }: FluentBitSection): string[] | undefined {
  const isOpen = ['label_keys', 'label_map_path'].some((name) => setting(name) !== undefined);
  const entries = (setting('labels') ?? 'job=fluent-bit').split(',').map((entry) => /^\s*(\w+)=/.exec(entry)?.[1]);
  const isAutomatic = /^(on|true|yes)$/i.test(setting('auto_kubernetes_labels') ?? '');
  if (isOpen || isAutomatic || entries.includes(undefined)) return undefined;
  return entries.flatMap((name) => name ?? []);
}

/** Queries of dashboards that ask a Loki, and selectors of Loki's own configuration. */
function logSelectors(set: ManifestSet): Cursor[] {
  const { dashboards, loki } = findMonitoringFiles(set);
  return [
    ...dashboards.flatMap(({ content }) => listLogExpressions(content)),
    ...loki.flatMap(({ content }) => content.items('limits_config', 'retention_stream')).map((at) => at.at('selector')),
  ];
}

/** Labels in the braces of a LogQL query. Outside of strings, braces are those of selectors only. */
function selectedLabels(query: string): string[] {
  const plain = query.replace(/"(?:\\.|[^"\\])*"|`[^`]*`/g, '""');
  const selectors = [...plain.matchAll(/\{([^{}]*)\}/g)].map(([, matchers = '']) => matchers);
  return selectors.flatMap((matchers) =>
    [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, name = '']) => name),
  );
}
