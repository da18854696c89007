/** What a structural schema of a custom resource says of a value, as far as its rules need it. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly Rule[];
}

/** A rule of a custom resource definition. */
export interface Rule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly optionalOldSelf?: boolean;
}

/** Words that a field cannot have in an expression: `namespace` is written `__namespace__`. */
const reserved =
  /^(true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while)$/;

const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** Whether expressions write a field in another way than objects do. */
export function isReserved(name: string): boolean {
  return fieldName(name) !== name;
}

/** How an expression names a field of an object. The keys of a map stay as they are. */
function fieldName(name: string): string {
  return reserved.test(name) ? `__${name}__` : name.replace(/__|[./-]/g, (part) => escapes[part] ?? part);
}

/** A value as expressions see it: whole numbers are integers, unless the schema says `number`. */
export function toCel(value: unknown, schema: Schema = {}): unknown {
  if (typeof value === 'number') return schema.type !== 'number' && Number.isInteger(value) ? BigInt(value) : value;
  if (schema.format === 'date-time' && typeof value === 'string') return new Date(value);
  // `map` would keep the class of an array of another realm, which the evaluator does not know.
  if (Array.isArray(value)) return Array.from(value, (item) => toCel(item, schema.items));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      const property = schema.properties?.[key];
      return [property === undefined ? key : fieldName(key), toCel(field, property ?? mapValues(schema))];
    }),
  );
}

/** A value with the defaults of its schema, which the API server sets before it validates. */
export function withDefaults(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value))
    return schema.items === undefined ? value : value.map((item) => withDefaults(item, schema.items as Schema));
  if (!isObject(value)) return value;
  const missing = Object.entries(schema.properties ?? {}).filter(
    ([key, property]) => property.default !== undefined && !(key in value),
  );
  const stated = { ...value, ...Object.fromEntries(missing.map(([key, property]) => [key, property.default])) };
  return Object.fromEntries(
    Object.entries(stated).map(([key, field]) => {
      const inner = schema.properties?.[key] ?? mapValues(schema);
      return [key, inner === undefined ? field : withDefaults(field, inner)];
    }),
  );
}

/** The schema of the values of a map. */
export function mapValues({ additionalProperties }: Schema): Schema | undefined {
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
