import { computeLongestGapHours, cronSchedule } from '../../../lib/platform/settings/cron-schedule';

const remedy = 'use the five fields of cron, such as 15 2 * * * for a quarter past two';

test.each([
  ['* * * * *', 1],
  ['0,7 * * * *', 1],
  ['15 2 * * *', 24],
  ['0 5/6 * * *', 6],
  ['0 1-5/2,12 * * *', 13],
  ['30 2 * * 1-5', 72],
  // A field that begins with a star leaves the choice to the other one, unless it has a step.
  ['0 0 1 * *', 31 * 24],
  ['0 0 * * 6/1', 7 * 24],
  ['0 0 1,11,21 * 0', 7 * 24],
  ['0 0 */10 * 0', 7 * 24],
  ['0 0 29 2 *', (4 * 365 + 1) * 24],
  ['0 0 31 2 0', 350 * 24],
])('%s has runs at most %i hours apart', (schedule, hours) => {
  expect(cronSchedule.safeParse(schedule)).toMatchObject({ success: true });
  expect(computeLongestGapHours(schedule)).toBe(hours);
});

test.each([
  ['', ''],
  ['15 2 * *', ''],
  ['@daily', ''],
  ['0 0 * * MON', ''],
  ['0 0 * * 7', '; "7" is not valid for the day of week (0 to 6)'],
  ['60 * * * *', '; "60" is not valid for the minute (0 to 59)'],
  ['0 0 0 * *', '; "0" is not valid for the day of month (1 to 31)'],
  ['0 0 * 12/13-14 *', '; "12/13-14" is not valid for the month (1 to 12)'],
  ['0 1, * * *', '; "1," is not valid for the hour (0 to 23)'],
  ['0 5-1 * * *', '; "5-1" is not valid for the hour (0 to 23)'],
  ['*/0 * * * *', '; "*/0" is not valid for the minute (0 to 59)'],
  ['0 0 31 2,4,6 *', '; no month that it names has such a day'],
])('%p is no schedule', (text, reason) => {
  expect(cronSchedule.safeParse(text).error?.issues.map(({ message }) => message)).toStrictEqual([
    `${remedy}${reason}`,
  ]);
});
