import * as z from 'zod';
import { reportProblem } from '../errors';

/** One of the five fields of a schedule: its name, its numbers, and words that stand for them, beginning with the least. */
interface FieldKind {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly words: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const minute: FieldKind = { name: 'minute', least: 0, most: 59, words: [] };
const hour: FieldKind = { name: 'hour', least: 0, most: 23, words: [] };
const dayOfMonth: FieldKind = { name: 'day of month', least: 1, most: 31, words: [] };
const month: FieldKind = { name: 'month', least: 1, most: 12, words: months };
const weekday: FieldKind = { name: 'day of week', least: 0, most: 6, words: weekdays };
const kinds = [minute, hour, dayOfMonth, month, weekday];

const macro = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/;

/**
 * Why the controller of CronJobs cannot read a schedule; undefined if it can. Its parser (robfig/cron, standard) knows neither
 * seconds nor `L` nor a 7 for Sunday, so a library that accepts more would be wrong here.
 * @internal
 */
export function findScheduleProblem(text: string): string | undefined {
  if (/^(CRON_)?TZ=/.test(text)) return 'the schedule states a time zone, which belongs in timeZone';
  if (text.startsWith('@')) return macro.test(text) ? undefined : `there is no schedule ${JSON.stringify(text)}`;
  const parts = splitFields(text);
  if (parts.length !== kinds.length) {
    return `a schedule has five fields, and ${JSON.stringify(text)} has ${parts.length}`;
  }
  const wrong = kinds.findIndex((kind, index) => parseNumbers(parts[index] ?? '', kind) === undefined);
  const kind = kinds[wrong];
  return kind && `${JSON.stringify(parts[wrong])} is not valid for the ${kind.name} (${kind.least} to ${kind.most})`;
}

function splitFields(text: string): string[] {
  return text.split(/\s+/).filter((part) => part !== '');
}

/** The numbers that a field such as `*`, `5,10`, `mon-fri` or `0-30/5` names, in order; undefined if it cannot be read. */
function parseNumbers(text: string, kind: FieldKind): number[] | undefined {
  const ranges = text.split(',').map((range) => parseRange(range, kind));
  if (ranges.includes(undefined)) return undefined;
  return [...new Set(ranges.flatMap((numbers) => numbers ?? []))].sort((a, b) => a - b);
}

function parseRange(text: string, kind: FieldKind): number[] | undefined {
  const [range = '', step, ...rest] = text.split('/');
  if (rest.length > 0 || (step !== undefined && !/^0*[1-9]\d*$/.test(step))) return undefined;
  const limits = parseLimits(range, step !== undefined, kind);
  if (limits === undefined) return undefined;
  const [from, to] = limits;
  const every = Number(step ?? 1);
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, count) => from + count * every);
}

/** A number with a step goes on to the largest: `5/15` is `5-59/15`. */
function parseLimits(range: string, hasStep: boolean, kind: FieldKind): [number, number] | undefined {
  if (isStar(range)) return [kind.least, kind.most];
  const [first = '', last, ...more] = range.split('-');
  const from = parseNumber(first, kind);
  const to = last === undefined && hasStep ? kind.most : parseNumber(last ?? first, kind);
  return more.length > 0 || from === undefined || to === undefined || from > to ? undefined : [from, to];
}

function parseNumber(text: string, { least, most, words }: FieldKind): number | undefined {
  const word = words.indexOf(text.toLowerCase());
  const value = word >= 0 ? word + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

function isStar(range: string): boolean {
  return range === '*' || range === '?';
}

const remedy = 'use the five fields of cron, such as 15 2 * * * for a quarter past two';

/** A time of the day or week as cron writes it, in five fields without words. */
export const cronSchedule = z.string().superRefine((text, context) => {
  const reason = explainRejection(text);
  if (reason !== undefined) context.addIssue(`${remedy}${reason}`);
});

/** A schedule, and the hours after which the latest of what it makes is too old. */
interface AgeLimit {
  readonly schedule: string;
  readonly maxAgeHours: number;
}

/**
 * Reports a limit of age that is reached although every run of the schedule succeeds.
 * @param made what the schedule makes, such as `backups`
 */
export function checkMaxAge(made: string) {
  return ({ schedule, maxAgeHours }: AgeLimit, context: z.RefinementCtx): void => {
    if (!cronSchedule.safeParse(schedule).success) return;
    const gap = computeLongestGapHours(schedule);
    if (maxAgeHours > gap) return;
    const message = `is no more than the ${gap} hours that the schedule leaves between two ${made}; raise it`;
    reportProblem(context, ['maxAgeHours'], message);
  };
}

/** Why a text is no schedule, to stand behind the remedy; `undefined` if it is one. */
function explainRejection(text: string): string | undefined {
  if (!/^([\d*,/-]+ ){4}[\d*,/-]+$/.test(text)) return '';
  const problem = findScheduleProblem(text);
  if (problem !== undefined) return `; ${problem}`;
  return listDays(text).length > 0 ? undefined : '; no month that it names has such a day';
}

/**
 * Most hours between two runs of a schedule, rounded up, where no clock is changed.
 * @param schedule what `cronSchedule` accepts
 */
export function computeLongestGapHours(schedule: string): number {
  const [minutes = '', hours = ''] = splitFields(schedule);
  const times = (parseNumbers(hours, hour) ?? []).flatMap((h) =>
    (parseNumbers(minutes, minute) ?? []).map((m) => h * 60 + m),
  );
  const overnight = (times[0] ?? 0) - (times.at(-1) ?? 0);
  const gaps = [...measureSteps(times), ...measureSteps(listDays(schedule)).map((days) => days * 24 * 60 + overnight)];
  return Math.ceil(Math.max(...gaps) / 60);
}

/** Eight years, in which February has its 29th day twice. */
const observedDays = 8 * 365 + 2;
const firstDay = Date.UTC(2026, 0, 1) / 86_400_000;

/** The days on which a schedule runs. Where both its days of the month and of the week are stated, one of them is enough. */
function listDays(schedule: string): number[] {
  const [, , ofMonth = '', inMonths = '', ofWeek = ''] = splitFields(schedule);
  // Most schedules run every day, and each is read at every synth.
  if ([ofMonth, inMonths, ofWeek].every(isStar)) return [0, 1];
  const [days, monthNumbers, weekdayNumbers] = [
    parseNumbers(ofMonth, dayOfMonth) ?? [],
    parseNumbers(inMonths, month) ?? [],
    parseNumbers(ofWeek, weekday) ?? [],
  ];
  const isEither = !isOpen(ofMonth) && !isOpen(ofWeek);
  return Array.from({ length: observedDays }, (_, count) => firstDay + count).filter((day) => {
    const date = new Date(day * 86_400_000);
    if (!monthNumbers.includes(date.getUTCMonth() + 1)) return false;
    const [isDay, isWeekday] = [days.includes(date.getUTCDate()), weekdayNumbers.includes(date.getUTCDay())];
    return isEither ? isDay || isWeekday : isDay && isWeekday;
  });
}

/** Whether a field leaves the choice to the other one: a star does, but not with a step above one. */
function isOpen(field: string): boolean {
  return field.split(',').some((range) => isStar(range.replace(/\/0*1$/, '')));
}

function measureSteps(numbers: readonly number[]): number[] {
  return numbers.slice(1).map((number, index) => number - (numbers[index] ?? number));
}

/** What a name was found to be: many CronJobs state the same. */
const knownZones = new Map([['Etc/UTC', true]]);

/**
 * Whether a time zone has a name in the IANA database. `Local` is refused, although Go reads it.
 * @internal
 */
export function isTimeZone(name: string): boolean {
  const found = knownZones.get(name) ?? (Intl.supportedValuesOf('timeZone').includes(name) || isFormatted(name));
  knownZones.set(name, found);
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
