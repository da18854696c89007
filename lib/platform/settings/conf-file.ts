/** Writes a configuration file as PostgreSQL reads it: a line a setting. */
export function confFile(settings: readonly (readonly [name: string, value: string])[]): string {
  return settings.map(([name, value]) => `${name} = ${value}\n`).join('');
}
