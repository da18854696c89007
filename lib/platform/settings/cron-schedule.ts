import * as z from 'zod';

const remedy = 'use the five fields of cron, such as 15 2 * * * for a quarter past two';

/** A time of the day or week as cron writes it, in its five plain fields. Kubernetes takes no 7 for a Sunday. */
export const cronSchedule = z.string().superRefine((text, context) => {
  const reason = rejectionReason(text);
  if (reason !== undefined) context.addIssue({ code: 'custom', input: text, message: `${remedy}${reason}` });
});

/**
 * Most hours between two runs of a schedule, rounded up, where no clock is changed.
 * @param schedule what `cronSchedule` accepts
 */
export function longestGapHours(schedule: string): number {
  const [minutes, hours, ...dates] = parseFields(schedule);
  const times = inOrder(hours).flatMap((hour) => inOrder(minutes).map((minute) => hour * 60 + minute));
  const [first = 0] = times;
  const fromLastToFirst = first - (times.at(-1) ?? 0);
  const gaps = [...steps(times), ...steps(daysOf(dates)).map((days) => days * 24 * 60 + fromLastToFirst)];
  return Math.ceil(Math.max(...gaps) / 60);
}

/** One of the five fields: the numbers that it names, and whether it leaves the choice to the others. */
interface Field {
  readonly numbers: ReadonlySet<number>;
  readonly isAny: boolean;
}

type DateFields = readonly [ofMonth: Field, months: Field, ofWeek: Field];

/** The least and the largest number of each field. */
const limits = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

const part = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/;

function parseFields(text: string): [minutes: Field, hours: Field, ...DateFields] {
  const [minutes, hours, ofMonth, months, ofWeek] = text.split(' ').map(parseField);
  if (!minutes || !hours || !ofMonth || !months || !ofWeek) throw new Error('a field is missing');
  return [minutes, hours, ofMonth, months, ofWeek];
}

/**
 * Reads a field as the controller of CronJobs does: `5/15` goes on to the largest number.
 * @throws Error that says why it is none
 */
function parseField(text: string, index: number): Field {
  const [least, largest] = limits[index] ?? [0, 0];
  const numbers = text.split(',').flatMap((item) => {
    const [match, from, to, every] = part.exec(item) ?? [];
    if (match === undefined) throw new Error(`${JSON.stringify(item)} is no number, range or step`);
    const start = Number(from ?? least);
    const end = Number(to ?? (from === undefined || every !== undefined ? largest : from));
    const step = Number(every ?? 1);
    if (start < least || end > largest) throw new Error(`${item} is not within ${least}-${largest}`);
    if (start > end || step === 0) throw new Error(`${item} names no number`);
    return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, count) => start + count * step);
  });
  return { numbers: new Set(numbers), isAny: /(^|,)\*(\/1)?(,|$)/.test(text) };
}

function inOrder({ numbers }: Field): number[] {
  return [...numbers].sort((a, b) => a - b);
}

/** Eight years in which February has its 29th day twice. */
const observedDays = 8 * 365 + 2;
const firstDay = Date.UTC(2026, 0, 1) / 86_400_000;

/** The days on which a schedule runs. Where both its days of the month and of the week are stated, one of them is enough. */
function daysOf([ofMonth, months, ofWeek]: DateFields): number[] {
  // Most run each day, and a schedule is read at every synth.
  if (ofMonth.isAny && ofWeek.isAny && months.isAny) return [0, 1];
  return Array.from({ length: observedDays }, (_, count) => firstDay + count).filter((day) => {
    const date = new Date(day * 86_400_000);
    if (!months.numbers.has(date.getUTCMonth() + 1)) return false;
    const [inMonth, inWeek] = [ofMonth.numbers.has(date.getUTCDate()), ofWeek.numbers.has(date.getUTCDay())];
    return ofMonth.isAny || ofWeek.isAny ? inMonth && inWeek : inMonth || inWeek;
  });
}

const daysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a schedule has any day on which it runs. */
function hasDays([ofMonth, months, ofWeek]: DateFields): boolean {
  const first = Math.min(...ofMonth.numbers);
  return !ofWeek.isAny || inOrder(months).some((month) => first <= (daysOfMonths[month - 1] ?? 0));
}

function steps(numbers: readonly number[]): number[] {
  return numbers.slice(1).map((number, index) => number - (numbers[index] ?? number));
}

/** Why a text is no schedule, to stand behind the remedy; `undefined` if it is one. */
function rejectionReason(text: string): string | undefined {
  if (!/^([\d*,/-]+ ){4}[\d*,/-]+$/.test(text)) return '';
  if (/7/.test(text.split(' ').at(-1)?.replace(/\/\d+/g, '') ?? '')) return ' (a Sunday is 0)';
  try {
    const [, , ...dates] = parseFields(text);
    return hasDays(dates) ? undefined : ' (no month that it names has such a day)';
  } catch (error) {
    return ` (${error instanceof Error ? error.message : error})`;
  }
}
