interface CronField {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fields: readonly CronField[] = [
  { name: 'minute', least: 0, most: 59, names: [] },
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'day of month', least: 1, most: 31, names: [] },
  { name: 'month', least: 1, most: 12, names: months },
  { name: 'day of week', least: 0, most: 6, names: weekdays },
];

const macro = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/;

/** Why the CronJob controller cannot read a schedule; undefined if it can. Its parser knows neither seconds nor `L`. */
export function scheduleProblem(text: string): string | undefined {
  if (/^(CRON_)?TZ=/.test(text)) return 'the schedule states a time zone, which belongs in timeZone';
  if (text.startsWith('@')) return macro.test(text) ? undefined : `there is no schedule ${JSON.stringify(text)}`;
  const parts = text.trim() === '' ? [] : text.trim().split(/\s+/);
  if (parts.length !== fields.length) {
    return `a schedule has five fields, and ${JSON.stringify(text)} has ${parts.length}`;
  }
  for (const [index, field] of fields.entries()) {
    const part = parts[index] ?? '';
    if (!part.split(',').every((range) => isRange(range, field))) {
      return `${JSON.stringify(part)} is not a ${field.name} (${field.least} to ${field.most})`;
    }
  }
  return undefined;
}

/** Reads `*`, `5`, `mon-fri`, `0-30/5`. */
function isRange(text: string, field: CronField): boolean {
  const [range = '', step, ...rest] = text.split('/');
  if (rest.length > 0 || (step !== undefined && !/^0*[1-9]\d*$/.test(step))) return false;
  if (range === '*' || range === '?') return true;
  const [first = '', last, ...more] = range.split('-');
  const [from, to] = [numberOf(first, field), numberOf(last ?? first, field)];
  return more.length === 0 && from !== undefined && to !== undefined && from <= to;
}

function numberOf(text: string, { least, most, names }: CronField): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
