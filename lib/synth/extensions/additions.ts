import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../platform/errors';

type Texts = Readonly<Record<string, string>>;

/** Adds to the parts of one object. It replaces nothing: what exists already is a problem. */
export class Additions {
  readonly problems: Problem[] = [];

  /**
   * @param where path of the extension in the data: `staging.extensions.0`
   * @param object the object, as errors name it
   */
  constructor(
    private readonly where: string,
    private readonly object: string,
  ) {}

  /** Adds a problem of a field of the extension. */
  report(field: string, message: string): void {
    this.problems.push(`${this.where}.${field}: ${message}`);
  }

  /** The entries of a map, and more. */
  entries(field: string, current: Texts | undefined, added: Texts | undefined): Texts | undefined {
    for (const name of Object.keys(added ?? {})) {
      const value = current?.[name];
      if (value !== undefined) this.conflict(field, `${name}: ${value}`);
    }
    return filled({ ...current, ...added });
  }

  /** The items of a list, and more; each is known by its name. */
  named<T extends { readonly name: string }>(
    field: string,
    current: readonly T[] | undefined,
    added: readonly T[] | undefined,
  ): readonly T[] | undefined {
    return this.items(field, current, added, ({ name }) => name);
  }

  /** The items of a list, and more; those that have a key in common are one. */
  items<T>(
    field: string,
    current: readonly T[] = [],
    added: readonly T[] = [],
    keyOf: (item: T) => unknown = (item) => item,
  ): readonly T[] | undefined {
    const all = [...current];
    for (const item of added) {
      if (all.some((other) => isDeepStrictEqual(keyOf(other), keyOf(item)))) {
        const key = keyOf(item);
        this.conflict(field, typeof key === 'string' ? key : JSON.stringify(key));
      }
      all.push(item);
    }
    return all.length === 0 ? undefined : all;
  }

  /** A value where there is none. */
  value<T>(field: string, current: T | undefined, added: T | undefined): T | undefined {
    if (current !== undefined && added !== undefined) this.conflict(field, JSON.stringify(current));
    return added ?? current;
  }

  private conflict(field: string, what: string): void {
    this.report(field, `${this.object} has ${what} already; replace it by a patch, or leave it out`);
  }
}

/** A map, or nothing where it is empty: the API server drops an empty one. */
function filled(map: Texts): Texts | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}
