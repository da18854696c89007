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
export function workloadLogs(
  names: readonly string[],
  contracts: Readonly<Record<string, Pick<ServiceContract, 'logs'>>>,
): Record<string, WorkloadLogs> {
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => [name, contracts[name]?.logs ?? stores[name] ?? text]),
  );
}

/** Languages whose panics occur, each once. */
export function panicStyles(workloads: Readonly<Record<string, WorkloadLogs>>): PanicStyle[] {
  const styles = Object.values(workloads).flatMap(({ panic }) => (panic === 'none' ? [] : [panic]));
  return [...new Set(styles)].sort();
}

/** Name of the script in the collector's configuration folder. */
export const linesScript = 'lines.lua';

/** The script that labels and scrubs lines, with the table of the environment's workloads in front. */
export function linesLua(workloads: Readonly<Record<string, WorkloadLogs>>): string {
  const entries = Object.entries(workloads).map(([name, logs]) => `  [${quote(name)}] = { ${fields(logs)} },\n`);
  return `local workloads = {\n${entries.join('')}}\n\n${readScripts('constructs/logs', [linesScript])[linesScript]}`;
}

function fields({ format, level, trace, scrub }: WorkloadLogs): string {
  const names = scrub.flatMap((pattern) => (pattern.kind === 'field' ? [pattern.name] : []));
  const prefixes = scrub.flatMap((pattern) => (pattern.kind === 'prefix' ? [pattern.prefix] : []));
  return [
    `format = ${quote(format)}`,
    ...(format === 'json' ? [`level = ${quote(level)}`] : []),
    ...(trace === 'none' ? [] : [`trace = ${quote(trace)}`]),
    ...list('fields', names),
    ...list('prefixes', prefixes),
  ].join(', ');
}

function list(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${name} = { ${values.map(quote).join(', ')} }`];
}

/** The names of contracts and workloads have no character that Lua would read differently from JSON. */
function quote(text: string): string {
  return JSON.stringify(text);
}
