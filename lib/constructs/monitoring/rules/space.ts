/** A fifth less than ever before is news; what every night takes for a while, or a sawtooth, is none. */
const lowest = 0.8;

/**
 * The end of an expression on space that runs out: not if there was about as little on one of the days before. A volume
 * too young to have such days is judged by its pace alone.
 * @param by an aggregation to put around the series, as the left side has
 */
export function unlessAsLowBefore(available: string, by: (series: string) => string = (series) => series): string {
  return `unless
${by(available)}
>= ${lowest} * ${by(`min_over_time(${available}[2d] offset 1d)`)}`;
}
