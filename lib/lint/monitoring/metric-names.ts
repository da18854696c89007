/** Words of PromQL that stand where a metric could. */
const keywords = new Set(['and', 'or', 'unless', 'atan2', 'bool', 'offset', 'inf', 'nan', 'start', 'end']);

/** The metrics that a PromQL expression names. Dashboards' variables, as in `rate(x[$__rate_interval])`, may be in it. */
export function metricNames(expression: string): string[] {
  const bare = expression
    .replace(/#.*$/gm, '')
    .replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'|`[^`]*`/g, '""')
    .replace(/\{[^}]*\}/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gi, ' ')
    .replace(/\b(group_left|group_right)\b/gi, ' ')
    .replace(/\$\w+/g, ' ');
  // No PromQL has a pipe: this is a query of logs.
  if (bare.includes('|')) return [];
  const names = bare.matchAll(/(?<![\w:.])[A-Za-z_:][\w:]*(?!\s*\(|[\w:])/g);
  return [...new Set(Array.from(names, ([name]) => name))].filter((name) => !keywords.has(name.toLowerCase()));
}
