/**
 * A place in an untyped object: its value, and the path that leads to it.
 * A missing field is no error: it gives a place without a value, whose path tells where it was expected.
 */
export class Cursor {
  constructor(
    readonly value: unknown,
    private readonly parent?: Cursor,
    /** A key of a mapping, or a position in a list. */
    readonly step: string | number = '',
    /** What a path writes instead of a position in a list. */
    private readonly label?: string,
  ) {}

  /** The object that this is a place of. */
  get root(): Cursor {
    return this.parent?.root ?? this;
  }

  /** `spec.template.spec.containers[0].env[ENV]` */
  get path(): string {
    if (this.parent === undefined) return '';
    const before = this.parent.path;
    if (typeof this.step === 'number') return `${before}[${this.label ?? this.step}]`;
    if (!/^[\w-]+$/.test(this.step)) return `${before}[${this.step}]`;
    return before === '' ? this.step : `${before}.${this.step}`;
  }

  /** The keys and positions that lead here from the object. */
  get keys(): readonly (string | number)[] {
    return this.parent === undefined ? [] : [...this.parent.keys, this.step];
  }

  /** Stated, and not as `null`. */
  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  at(...keys: readonly string[]): Cursor {
    let place: Cursor = this;
    for (let index = 0; index < keys.length; index++) place = placeBelow(place, keys[index] ?? '');
    return place;
  }

  /** The elements of a list. */
  items(...keys: readonly string[]): Cursor[] {
    const list = this.at(...keys);
    return Array.isArray(list.value) ? list.children() : [];
  }

  /** The elements of a list, each of which paths name by one of its fields. */
  namedItems(key: string, nameField: string): Cursor[] {
    const list = this.at(key);
    if (!Array.isArray(list.value)) return [];
    return list.value.map((value: unknown, index) => {
      const name = fieldOf(value, nameField);
      return new Cursor(value, list, index, typeof name === 'string' ? name : undefined);
    });
  }

  /** The fields of a mapping. */
  entries(): [key: string, place: Cursor][] {
    if (!isMapping(this.value)) return [];
    return Object.keys(this.value).map((key) => [key, placeBelow(this, key)]);
  }

  /** Every place directly below this one. */
  children(): Cursor[] {
    if (!Array.isArray(this.value)) return this.entries().map(([, place]) => place);
    return this.value.map((value: unknown, index) => new Cursor(value, this, index));
  }

  /** The same place with another value: what a text reads as once it is parsed. */
  readAs(value: unknown): Cursor {
    return new Cursor(value, this.parent, this.step, this.label);
  }

  /** Whether a field below is stated, and not as `null`. */
  has(...keys: readonly string[]): boolean {
    const value = this.valueAt(keys);
    return value !== undefined && value !== null;
  }

  text(...keys: readonly string[]): string | undefined {
    const value = this.valueAt(keys);
    return typeof value === 'string' ? value : undefined;
  }

  number(...keys: readonly string[]): number | undefined {
    const value = this.valueAt(keys);
    return typeof value === 'number' ? value : undefined;
  }

  flag(...keys: readonly string[]): boolean | undefined {
    const value = this.valueAt(keys);
    return typeof value === 'boolean' ? value : undefined;
  }

  /** The strings of a list. */
  texts(...keys: readonly string[]): string[] {
    const value = this.valueAt(keys);
    return Array.isArray(value) ? value.filter((each: unknown) => typeof each === 'string') : [];
  }

  /** The fields of a mapping whose values are strings: labels, annotations, data. */
  textMap(...keys: readonly string[]): Record<string, string> {
    const value = this.valueAt(keys);
    if (!isMapping(value)) return {};
    // Without a prototype: what a user calls "constructor" is found only where it is stated.
    const texts: Record<string, string> = Object.create(null);
    for (const key of Object.keys(value)) {
      const text = value[key];
      if (typeof text === 'string') texts[key] = text;
    }
    return texts;
  }

  private valueAt(keys: readonly string[]): unknown {
    let value = this.value;
    for (let index = 0; index < keys.length; index++) value = fieldOf(value, keys[index] ?? '');
    return value;
  }
}

// Rules ask for a million places: `for … of` would make an iterator for each, and a result for each key.
function placeBelow(place: Cursor, key: string): Cursor {
  return new Cursor(fieldOf(place.value, key), place, key);
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldOf(value: unknown, key: string): unknown {
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The elements of a list, as every rule names them: variables of containers by their names, all others by their positions. */
export function itemsAt(at: Cursor, key: string): Cursor[] {
  return key === 'env' ? at.namedItems(key, 'name') : at.items(key);
}
