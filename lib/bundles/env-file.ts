/** Writes variables as an env file: `KEY=value` lines, quoted where a reader would otherwise change the value. */
export function envFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join('');
}

function quoted(value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value;
  return `"${value.replace(/[\\"$`]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}
