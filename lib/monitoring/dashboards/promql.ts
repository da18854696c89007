import { is, type Matchers, select } from '../rules/selector';

/** Matchers of the series of a scrape job in the environment that the reader has chosen. */
export function inEnvironment(job: string, matchers: Matchers = {}): Matchers {
  return { job: is(job), namespace: is('$environment'), ...matchers };
}

/** Increase of a counter in a second, over a range that Grafana fits to the interval of scrapes and the width of a panel. */
export function rate(counter: string, matchers: Matchers): string {
  return `rate(${select(counter, matchers)}[$__rate_interval])`;
}

/** How often a counter counted in the stretch of time that a point of a panel stands for. */
export function increase(counter: string, matchers: Matchers): string {
  return `increase(${select(counter, matchers)}[$__rate_interval])`;
}

/** Quantile of a histogram, for each value of the labels. */
export function quantile(rank: number, histogram: string, matchers: Matchers, ...by: string[]): string {
  return `histogram_quantile(${rank}, sum by (${[...by, 'le'].join(', ')}) (${rate(`${histogram}_bucket`, matchers)}))`;
}

/** Part of a whole. Nothing, rather than not-a-number, where the whole is zero. */
export function share(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`;
}
