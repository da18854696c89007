/** The name among some that is written most like another, if one is similar at all. */
export function findNearestName(wanted: string, names: Iterable<string>): string | undefined {
  let [nearest, least]: [string | undefined, number] = [undefined, Math.ceil(wanted.length / 2)];
  for (const name of names) {
    const distance = name.includes(wanted) ? 1 : editDistance(wanted, name, least);
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

/** Letters to insert, delete or replace, or to swap with the next; `limit` if there are as many or more. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + cost,
        isSwap ? (before[j - 2] ?? 0) + 1 : limit,
      );
    }
    [before, row] = [row, next];
  }
  return Math.min(row[b.length] ?? limit, limit);
}

/** The name that was most likely meant: the same but for case and plural, or at most two letters away. */
export function findIntendedName(stated: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = stated.length < 5 ? 2 : 3;
  for (const name of names) {
    const distance = folded(name) === folded(stated) ? 0 : editDistance(stated, name, least);
    if (distance >= least) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '').replace(/s$/, '');
}
