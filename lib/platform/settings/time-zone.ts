/** What a name was found to be: many CronJobs state the same. */
const known = new Map([['Etc/UTC', true]]);

/**
 * Whether a time zone has a name in the IANA database. `Local` is refused, although Go reads it.
 * @internal
 */
export function isTimeZone(name: string): boolean {
  const found = known.get(name) ?? (Intl.supportedValuesOf('timeZone').includes(name) || isFormatted(name));
  known.set(name, found);
  return found;
}

/** Knows older names of a zone too. It takes ten times as long, so it is asked last. */
function isFormatted(name: string): boolean {
  try {
    // Offsets such as +02:00 are time zones to JavaScript alone.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}
