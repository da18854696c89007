import { readScripts } from '../stateful/script-files';
import type { WorkloadLogs } from './workload-logs';

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
