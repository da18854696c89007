const factors: Readonly<Record<string, number>> = { m: 0.001, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** Cores or bytes of a Kubernetes quantity, read by other means than the library's. */
export function amount(text: string): number {
  const [, number, suffix] = /^(\d+)(m|Ki|Mi|Gi)?$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`${text} is no quantity that these tests know`);
  return Number(number) * (suffix === undefined ? 1 : (factors[suffix] ?? Number.NaN));
}

/** The sum of some quantities. */
export function total(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + amount(text), 0);
}
