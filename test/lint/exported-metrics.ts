import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lists of metrics that an exporter was seen to export, or exports by its own sources. */
const lists: Readonly<Record<string, readonly string[]>> = {
  haproxy: ['constructs/monitoring/exported/redis-proxy.txt'],
  'fluent-bit': ['constructs/monitoring/exported/fluent-bit.txt', 'lint/exported/fluent-bit.txt'],
  'node-exporter': ['constructs/monitoring/exported/node-exporter.txt', 'lint/exported/node-exporter.txt'],
  'postgres-backup': ['constructs/monitoring/exported/postgres-backup-store.txt'],
  'postgres-exporter': ['constructs/monitoring/exported/postgres.txt', 'lint/exported/postgres-exporter.txt'],
  'redis-exporter': ['constructs/monitoring/exported/redis.txt', 'lint/exported/redis-exporter.txt'],
};

/** Generates the data of `lib/lint/monitoring/metrics.json`: exporter -> type -> the names of each family. */
export function exportedMetricsFile(): Record<string, string> {
  const metrics = Object.fromEntries(Object.entries(lists).map(([name, paths]) => [name, byType(paths.flatMap(read))]));
  return { 'lib/lint/monitoring/metrics.json': `${JSON.stringify(metrics, null, 2)}\n` };
}

function read(path: string): string[] {
  const lines = readFileSync(join(__dirname, '..', path), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/** A metric that several versions export with different types keeps the type of the first list. */
function byType(lines: readonly string[]): Record<string, string[]> {
  const typeOf = new Map<string, string>();
  for (const line of lines) {
    const [name = '', type = ''] = line.split(' ');
    if (!typeOf.has(name)) typeOf.set(name, type);
  }
  const types = [...new Set(typeOf.values())].sort();
  return Object.fromEntries(
    types.map((type) => [type, byFamily([...typeOf].flatMap(([name, own]) => (own === type ? [name] : [])).sort())]),
  );
}

/** A line for all names that begin with the same two words. */
function byFamily(names: readonly string[]): string[] {
  const families = new Map<string, string[]>();
  for (const name of names) {
    const family = name.split('_', 2).join('_');
    families.set(family, [...(families.get(family) ?? []), name]);
  }
  return [...families.values()].map((family) => family.join(' '));
}
