import type { MultilineParser } from '../../../lib/constructs/logs/workload-logs';

/** Fluent Bit's own parser of Go's panics: src/multiline/flb_ml_parser_go.c of fluent/fluent-bit at 1cd690a310d9. */
const goParser: MultilineParser = {
  name: 'go',
  type: 'regex',
  flush_timeout: 1000,
  rules: [
    { state: 'start_state', regex: String.raw`/\bpanic: /`, next_state: 'go_after_panic' },
    { state: 'start_state', regex: '/http: panic serving/', next_state: 'go_goroutine' },
    { state: 'go_after_panic', regex: '/^$/', next_state: 'go_goroutine' },
    { state: 'go_after_signal', regex: '/^$/', next_state: 'go_goroutine' },
    { state: 'go_frame_1', regex: '/^$/', next_state: 'go_goroutine' },
    { state: 'go_after_panic', regex: String.raw`/^\[signal /`, next_state: 'go_after_signal' },
    { state: 'go_goroutine', regex: String.raw`/^goroutine \d+ \[[^\]]+\]:$/`, next_state: 'go_frame_1' },
    {
      state: 'go_frame_1',
      regex: String.raw`/^(?:[^\s.:]+\.)*[^\s.():]+\(|^created by /`,
      next_state: 'go_frame_2',
    },
    { state: 'go_frame_2', regex: String.raw`/^\s/`, next_state: 'go_frame_1' },
  ],
};

/** An entry that is not complete yet. */
interface Pending {
  readonly parser: MultilineParser;
  state: string;
  readonly lines: string[];
}

/**
 * Joins lines as Fluent Bit's multiline filter does: a line that fits the state of the pending entry belongs to it; else the
 * first parser whose start fits begins an entry; else it is an entry alone.
 */
export function joinLines(
  lines: readonly string[],
  names: readonly string[],
  own: readonly MultilineParser[],
): string[] {
  const parsers = names.map((name) => [goParser, ...own].find((parser) => parser.name === name));
  const entries: string[] = [];
  let pending: Pending | undefined;
  const flush = () => {
    if (pending) entries.push(pending.lines.join('\n'));
    pending = undefined;
  };
  for (const line of lines) {
    const next = pending && nextState(pending.parser, pending.state, line);
    if (pending && next !== undefined) {
      pending.lines.push(line);
      pending.state = next;
      continue;
    }
    flush();
    const parser = parsers.find((each) => each && nextState(each, 'start_state', line) !== undefined);
    if (!parser) entries.push(line);
    else pending = { parser, state: nextState(parser, 'start_state', line) ?? '', lines: [line] };
  }
  flush();
  return entries;
}

function nextState({ rules }: MultilineParser, state: string, line: string): string | undefined {
  return rules.find((rule) => rule.state === state && new RegExp(rule.regex.slice(1, -1)).test(line))?.next_state;
}
