/** The stretch of time in which flapping shows. */
export const flappingWindow = '15m';

/**
 * Whether something went down more than once in a quarter of an hour and was down for more than a fifth of it: an alert
 * on its state alone waits for a while that such a thing never stays down.
 * @param range a series of 0 and 1 over `flappingWindow`
 * @param by labels to keep; all of them if none is named
 */
export function flapping(range: string, ...by: readonly string[]): string {
  const over = (functionName: string) => {
    const value = `${functionName}(${range})`;
    return by.length === 0 ? value : `max by (${by.join(', ')}) (${value})`;
  };
  return `${over('avg_over_time')} < 0.8
and
${over('changes')} > 2`;
}
