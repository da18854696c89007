/** A list, or nothing where it is empty: the API server drops an empty one, and each apply would seem to add it again. */
export function nonEmpty<Item>(list: Item[]): Item[] | undefined {
  return list.length > 0 ? list : undefined;
}
