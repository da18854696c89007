const suffixes: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '': 1,
    n: 1e-9,
    u: 1e-6,
    m: 1 / 1000,
    k: 1000,
    M: 1000 ** 2,
    G: 1000 ** 3,
    T: 1000 ** 4,
    P: 1000 ** 5,
    E: 1000 ** 6,
    Ki: 1024,
    Mi: 1024 ** 2,
    Gi: 1024 ** 3,
    Ti: 1024 ** 4,
    Pi: 1024 ** 5,
    Ei: 1024 ** 6,
  }),
);

const syntax = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/;

/**
 * Reads a value as the API server reads a quantity (`250m`, `1.5`, `1e3`, `512Mi`, the number 2).
 * @returns cores or bytes, or `undefined` if the value is no quantity
 */
export function readQuantity(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? tryParseQuantity(value) : undefined;
}

/** Reads a Kubernetes quantity (`250m`, `1.5`, `512Mi`) in its base unit: cores or bytes. `undefined` if it is none. */
export function tryParseQuantity(text: string): number | undefined {
  const [, number, suffix = ''] = syntax.exec(text) ?? [];
  const factor = suffixes.get(suffix);
  // An exponent and a suffix exclude each other.
  if (number === undefined || factor === undefined || (suffix !== '' && /e/i.test(number))) return undefined;
  return Number(number) * factor;
}

/**
 * Reads a Kubernetes quantity in its base unit: cores or bytes.
 * @throws Error if the text is not a quantity.
 */
export function parseQuantity(text: string): number {
  const value = tryParseQuantity(text);
  if (value === undefined) throw new Error(`${text} is not a Kubernetes quantity such as 250m or 512Mi`);
  return value;
}

/** Writes cores as a quantity: whole cores plain, else in thousandths. */
export function formatCores(cores: number): string {
  const thousandths = Math.round(cores * 1000);
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

const binaryUnits = ['Ti', 'Gi', 'Mi', 'Ki'].map((suffix) => ({ suffix, size: parseQuantity(`1${suffix}`) }));

/** Writes bytes as a quantity in the largest binary unit that divides them. */
export function toBinaryQuantity(bytes: number): string {
  const whole = Math.ceil(bytes);
  const unit = binaryUnits.find(({ size }) => whole >= size && whole % size === 0);
  return unit === undefined ? String(whole) : `${whole / unit.size}${unit.suffix}`;
}
