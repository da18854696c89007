import { CronExpressionParser } from 'cron-parser';
import * as z from 'zod';

const remedy = 'use the five fields of cron, such as 15 2 * * * for a quarter past two';

/** A time of the day or week as cron writes it, in its five plain fields. Kubernetes takes no 7 for a Sunday. */
export const cronSchedule = z.string().superRefine((text, context) => {
  const reason = rejectionReason(text);
  if (reason !== undefined) context.addIssue({ code: 'custom', input: text, message: `${remedy}${reason}` });
});

/** Runs that show how far apart those of a schedule are: a day of an hourly one, five weeks of one on working days. */
const observedRuns = 25;

/** To look for the next run takes milliseconds, and an environment is validated more than once. */
const knownGaps = new Map<string, number>();

/** Most hours between two runs of a schedule, rounded up, where no clock is changed. */
export function longestGapHours(schedule: string): number {
  const gap = knownGaps.get(schedule) ?? measureGap(schedule);
  knownGaps.set(schedule, gap);
  return gap;
}

function measureGap(schedule: string): number {
  const runs = CronExpressionParser.parse(schedule, { tz: 'Etc/UTC', currentDate: new Date('2026-01-01T00:00:00Z') });
  const times = runs.take(observedRuns).map((run) => run.getTime());
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return Math.ceil(Math.max(...gaps) / 3_600_000);
}

/** Why a text is no schedule, to stand behind the remedy; `undefined` if it is one. */
function rejectionReason(text: string): string | undefined {
  if (!/^([\d*,/-]+ ){4}[\d*,/-]+$/.test(text)) return '';
  if (/7/.test(text.split(' ').at(-1)?.replace(/\/\d+/g, '') ?? '')) return ' (a Sunday is 0)';
  try {
    CronExpressionParser.parse(text);
    return undefined;
  } catch (error) {
    return ` (${error instanceof Error ? error.message : error})`;
  }
}
