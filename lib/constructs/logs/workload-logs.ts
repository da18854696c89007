import { backupWorkloads } from '../../platform/backup-names';
import { clusterPods } from '../../platform/postgres-cluster';
import type { ServiceContract } from '../../platform/service-contract';
import type { PanicStyle, ServiceLogs } from '../../platform/settings/service-logs';
import { scrapeJobs } from '../monitoring/scrape-endpoints';
import { readScripts } from '../stateful/script-files';

/** What a workload writes, as the collector reads it. */
export interface WorkloadLogs extends Pick<ServiceLogs, 'level' | 'trace' | 'panic' | 'scrub'> {
  /** How the level of a line is found. `text` recognizes logfmt, klog, `[error]` and `ERROR:`. */
  readonly format: ServiceLogs['format'] | 'postgres' | 'cloudnative-pg' | 'redis';
}

const text: WorkloadLogs = { format: 'text', level: 'level', trace: 'none', panic: 'none', scrub: [] };

/** Stores, which have no contract. */
const stores: Readonly<Record<string, WorkloadLogs>> = {
  [scrapeJobs.postgres]: { ...text, format: 'postgres' },
  [clusterPods]: { ...text, format: 'cloudnative-pg' },
  // Its containers run a PostgreSQL server to verify a backup.
  [backupWorkloads.backup]: { ...text, format: 'postgres' },
  [scrapeJobs.redis]: { ...text, format: 'redis' },
};

/**
 * What each workload of an environment writes, by its name.
 * @param names every workload whose pods have log files; those without a contract write text
 * @param contracts contracts of the services, by the names of their workloads
 */
export function describeWorkloadLogs(
  names: readonly string[],
  contracts: Readonly<Record<string, Pick<ServiceContract, 'logs'>>>,
): Record<string, WorkloadLogs> {
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => [name, contracts[name]?.logs ?? stores[name] ?? text]),
  );
}

/** Languages whose panics occur, each once. */
function listPanicStyles(workloads: Readonly<Record<string, WorkloadLogs>>): PanicStyle[] {
  const styles = Object.values(workloads).flatMap(({ panic }) => (panic === 'none' ? [] : [panic]));
  return [...new Set(styles)].sort();
}

/** Name of the script in the collector's configuration folder. */
export const linesScript = 'lines.lua';

/** The script that labels and scrubs lines, with the table of the environment's workloads in front. */
export function writeLinesLua(workloads: Readonly<Record<string, WorkloadLogs>>): string {
  const entries = Object.entries(workloads).map(([name, logs]) => `  [${quote(name)}] = { ${writeFields(logs)} },\n`);
  return `local workloads = {\n${entries.join('')}}\n\n${readScripts('constructs/logs', [linesScript])[linesScript]}`;
}

function writeFields({ format, level, trace, scrub }: WorkloadLogs): string {
  const names = scrub.flatMap((pattern) => (pattern.kind === 'field' ? [pattern.name] : []));
  const prefixes = scrub.flatMap((pattern) => (pattern.kind === 'prefix' ? [pattern.prefix] : []));
  return [
    `format = ${quote(format)}`,
    ...(format === 'json' ? [`level = ${quote(level)}`] : []),
    ...(trace === 'none' ? [] : [`trace = ${quote(trace)}`]),
    ...writeList('fields', names),
    ...writeList('prefixes', prefixes),
  ].join(', ');
}

function writeList(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${name} = { ${values.map(quote).join(', ')} }`];
}

/** The names of contracts and workloads have no character that Lua would read differently from JSON. */
function quote(text: string): string {
  return JSON.stringify(text);
}

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
export function chooseMultilineParsers(workloads: Readonly<Record<string, WorkloadLogs>>): {
  readonly names: readonly string[];
  readonly definitions: readonly MultilineParser[];
} {
  const panics = listPanicStyles(workloads).map((style) => panicParsers[style]);
  const hasPostgres = Object.values(workloads).some(({ format }) => format === 'postgres');
  const parsers = [...panics, ...(hasPostgres ? [postgresParser] : [])];
  return {
    names: parsers.map((parser) => (parser === 'go' ? parser : parser.name)),
    definitions: parsers.filter((parser) => parser !== 'go'),
  };
}
