import type { Rule } from '../rule';
import { type FluentBitSection, fluentBitSections } from './fluent-bit-files';

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
      const sections = fluentBitSections(object);
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
