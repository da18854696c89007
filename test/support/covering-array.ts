/** An option of one dimension, by their indexes. */
export interface Option {
  readonly dimension: number;
  readonly option: number;
}

/**
 * Rows with one option of each dimension in which every pair of options that may stand together does so, in about as few rows
 * as there are pairs of the two largest dimensions.
 * @param sizes number of options of each dimension
 * @param isAllowed whether two options of different dimensions may stand in one row
 * @throws Error if a pair is allowed that no row can have, since each such row has another that is not
 */
export function coveringArray(
  sizes: readonly number[],
  isAllowed: (one: Option, other: Option) => boolean,
): readonly (readonly number[])[] {
  const missing = new Map(allPairs(sizes, isAllowed).map((pair) => [keyOf(...pair), pair]));
  const rows: number[][] = [];
  for (const pair of missing.values()) {
    const row = rowWith(pair, sizes, missing, isAllowed);
    for (const [one, other] of pairsOf(row)) missing.delete(keyOf(one, other));
    rows.push(row.map(({ option }) => option));
  }
  return rows;
}

type Pair = readonly [Option, Option];

/** Every allowed pair. */
export function allPairs(sizes: readonly number[], isAllowed: (one: Option, other: Option) => boolean): Pair[] {
  const options = sizes.map((size, dimension) => Array.from({ length: size }, (_, option) => ({ dimension, option })));
  const pairs = options.flatMap((own, index) =>
    own.flatMap((one) => options.slice(index + 1).flatMap((others) => others.map((other): Pair => [one, other]))),
  );
  return pairs.filter(([one, other]) => isAllowed(one, other));
}

/** A row with a pair, and otherwise with as many pairs that are missing as one can see from one dimension to the next. */
function rowWith(
  pair: Pair,
  sizes: readonly number[],
  missing: ReadonlyMap<string, Pair>,
  isAllowed: (one: Option, other: Option) => boolean,
): Option[] {
  const row: Option[] = [...pair];
  for (const [dimension, size] of sizes.entries()) {
    if (row.some((chosen) => chosen.dimension === dimension)) continue;
    const candidates = Array.from({ length: size }, (_, option) => ({ dimension, option })).filter((candidate) =>
      row.every((chosen) => isAllowed(chosen, candidate)),
    );
    const gain = (candidate: Option) => row.filter((chosen) => missing.has(keyOf(chosen, candidate))).length;
    const best = candidates.reduce<Option | undefined>(
      (found, each) => (found !== undefined && gain(found) >= gain(each) ? found : each),
      undefined,
    );
    if (best === undefined) throw new Error(`no row has ${keyOf(...pair)}: dimension ${dimension} has no option left`);
    row.push(best);
  }
  return row.sort((one, other) => one.dimension - other.dimension);
}

function pairsOf(row: readonly Option[]): Pair[] {
  return row.flatMap((one, index) => row.slice(index + 1).map((other): Pair => [one, other]));
}

function keyOf(...pair: Pair): string {
  const [first, second] = [...pair].sort((one, other) => one.dimension - other.dimension);
  return `${first?.dimension}.${first?.option} ${second?.dimension}.${second?.option}`;
}
