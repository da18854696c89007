import type { PanicStyle } from '../../platform/settings/service-logs';
import { panicStyles, type WorkloadLogs } from './workload-logs';

/** A parser that joins lines to one entry, as Fluent Bit's file of parsers states it. */
export interface MultilineParser {
  readonly name: string;
  readonly type: 'regex';
  /** Milliseconds after which an entry without a further line is complete. */
  readonly flush_timeout: number;
  readonly rules: readonly MultilineRule[];
}

/** In a state, a line that fits the expression belongs to the entry and leads to the next state. */
export interface MultilineRule {
  readonly state: string;
  readonly regex: string;
  readonly next_state: string;
}

const flushTimeout = 1000;

/** Beginning of a line that a program wrote itself: JSON, a bracket or a date. It ends the entry before it. */
const newLine = String.raw`\{|\[|\d{4}[-\/]\d\d`;

/** The parser of Go's panics is part of Fluent Bit; Rust's is ours. */
const panicParsers: Readonly<Record<PanicStyle, MultilineParser | 'go'>> = {
  go: 'go',
  rust: {
    name: 'rust-panic',
    type: 'regex',
    flush_timeout: flushTimeout,
    rules: [
      { state: 'start_state', regex: "/^thread '.*' .*panicked at/", next_state: 'rest' },
      { state: 'rest', regex: String.raw`/^(?!${newLine})(?!\s*$).+/`, next_state: 'rest' },
    ],
  },
};

/** PostgreSQL writes the details of an error as lines of their own, and indents the further lines of a statement. */
const postgresParser: MultilineParser = {
  name: 'postgres-error',
  type: 'regex',
  flush_timeout: flushTimeout,
  rules: [
    {
      state: 'start_state',
      regex: String.raw`/^\d{4}-\d\d-\d\d \S+ \S+ \[\d+\] .*(LOG|WARNING|ERROR|FATAL|PANIC): /`,
      next_state: 'rest',
    },
    {
      state: 'rest',
      regex: String.raw`/^(\t|\d{4}-\d\d-\d\d \S+ \S+ \[\d+\] .*(DETAIL|HINT|CONTEXT|QUERY|STATEMENT|LOCATION): )/`,
      next_state: 'rest',
    },
  ],
};

/** Names of the parsers that join lines, in the order in which they are tried, and those of them that are ours. */
export function multilineParsers(workloads: Readonly<Record<string, WorkloadLogs>>): {
  readonly names: readonly string[];
  readonly definitions: readonly MultilineParser[];
} {
  const panics = panicStyles(workloads).map((style) => panicParsers[style]);
  const hasPostgres = Object.values(workloads).some(({ format }) => format === 'postgres');
  const parsers = [...panics, ...(hasPostgres ? [postgresParser] : [])];
  return {
    names: parsers.map((parser) => (parser === 'go' ? parser : parser.name)),
    definitions: parsers.filter((parser) => parser !== 'go'),
  };
}
