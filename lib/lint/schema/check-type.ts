import { isMapping } from '../../manifests/cursor';
import { findIntendedName } from '../../platform/nearest-name';
import { tryParseQuantity } from '../../platform/settings/quantity';
import type { Field, FieldType, ObjectType, ScalarType } from './kubernetes-types';

/** A key of a mapping, or a position in a list. */
export type Step = string | number;

export interface Mismatch {
  readonly path: readonly Step[];
  readonly message: string;
  readonly remedy: string;
  /** Whether a required field is not stated. */
  readonly isMissing: boolean;
}

const expected: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'a boolean',
  quantity: 'a quantity such as 250m or 512Mi',
  port: 'an integer or a string',
  bytes: 'a string in base64',
  list: 'a list',
  map: 'a mapping',
  object: 'a mapping',
};

/** Holds values against types. A walk over plain values: paths are kept only as steps, so that it costs little. */
export class TypeCheck {
  readonly mismatches: Mismatch[] = [];
  private readonly path: Step[] = [];
  private readonly above: ObjectType[] = [];

  /** @param minor version of Kubernetes, whose fields alone are known; by default those of all versions are */
  constructor(private readonly minor?: number) {}

  check(value: unknown, type: FieldType): void {
    // The API server treats null as a field that is not stated.
    if (type.is === 'any' || value === null || value === undefined) return;
    if (type.is === 'list' && Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) this.below(index, value[index], type.of);
    } else if (type.is === 'map' && isMapping(value)) {
      for (const key of Object.keys(value)) this.below(key, value[key], type.of);
    } else if (type.is === 'object' && isMapping(value)) this.checkObject(value, type);
    else if (type.is === 'string' && typeof value === 'string') this.checkWord(value, type);
    else if (!isScalarOf(value, type))
      this.report(`the value must be ${expected[type.is]}, but is ${describe(value, type)}`, remedyFor(value, type));
  }

  private checkWord(value: string, { words }: ScalarType): void {
    if (words === undefined || words.includes(value)) return;
    const nearest = findIntendedName(value, words);
    this.report(
      `${JSON.stringify(value)} is not one of ${words.join(', ')}`,
      nearest === undefined ? 'state one of them' : `correct it to ${nearest}`,
    );
  }

  private checkObject(value: Record<string, unknown>, type: ObjectType): void {
    this.above.push(type);
    for (const key of Object.keys(value)) {
      const field = type.fields.get(key);
      if (field === undefined) {
        // `$patch` and its like tell Kustomize how to merge.
        if (!type.isOpen && value[key] !== null && !key.startsWith('$'))
          this.reportAt(key, () => this.reportUnknown(key));
      } else if (this.minor !== undefined && !isIn(field, this.minor)) {
        if (value[key] !== null) this.reportAt(key, () => this.reportVersion(field));
      } else this.below(key, value[key], field.type(this.minor));
    }
    for (const key of type.required) {
      if (value[key] !== undefined && value[key] !== null) continue;
      this.reportAt(key, () => this.report('the field is required', `state ${key}`, true));
    }
    this.above.pop();
  }

  private below(step: Step, value: unknown, type: FieldType): void {
    this.path.push(step);
    this.check(value, type);
    this.path.pop();
  }

  private reportAt(step: Step, report: () => void): void {
    this.path.push(step);
    report();
    this.path.pop();
  }

  private reportUnknown(key: string): void {
    const type = this.above.at(-1);
    const nearest = findIntendedName(key, type?.fields.keys() ?? []);
    const place = nearest === undefined ? this.placeOf(key) : undefined;
    const hint = nearest ?? place;
    this.report(
      `${type?.id.split('.').at(-1)} has no field "${key}"${hint === undefined ? '' : ` (there is ${hint})`}`,
      nearest !== undefined ? `correct it to ${nearest}` : place !== undefined ? `state it as ${place}` : 'remove it',
    );
  }

  private reportVersion({ since, until }: Field): void {
    const { minor = 0 } = this;
    const versions = minor < since ? `exists since Kubernetes 1.${since}` : `exists until Kubernetes 1.${until}`;
    this.report(`the field ${versions}, and 1.${minor} is checked`, 'remove it, or check for a version that has it');
  }

  /** Where a field of that name belongs: in an object above, or in one right below. */
  private placeOf(key: string): string | undefined {
    const steps = this.path.slice(0, -1);
    for (let depth = this.above.length - 2, end = steps.length; depth >= 0; depth--) {
      do end -= 1;
      while (end > 0 && typeof steps[end] === 'number');
      if (this.above[depth]?.fields.has(key)) return formatPath([...steps.slice(0, end), key]);
    }
    for (const [name, field] of this.above.at(-1)?.fields ?? []) {
      const type = field.type();
      const inner = type.is === 'list' ? type.of : type;
      if (inner.is === 'object' && inner.fields.has(key)) {
        return `${formatPath([...steps, name])}${type.is === 'list' ? '[]' : ''}.${key}`;
      }
    }
    return undefined;
  }

  private report(message: string, remedy: string, isMissing = false): void {
    this.mismatches.push({ path: [...this.path], message, remedy, isMissing });
  }
}

function isIn({ since, until }: Field, minor: number): boolean {
  return since <= minor && minor <= until;
}

function isScalarOf(value: unknown, { is }: FieldType): boolean {
  switch (is) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'quantity':
      return typeof value === 'number' || (typeof value === 'string' && tryParseQuantity(value) !== undefined);
    case 'port':
      return typeof value === 'string' || Number.isInteger(value);
    case 'bytes':
      return typeof value === 'string' && isBase64(value);
    default:
      return false;
  }
}

/** As Go decodes it: line breaks are skipped, padding is required. */
function isBase64(text: string): boolean {
  const plain = text.replace(/[\r\n]/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}

function describe(value: unknown, type: FieldType): string {
  if (typeof value === 'string')
    return type.is === 'quantity' ? JSON.stringify(value) : type.is === 'bytes' ? 'none' : 'a string';
  if (typeof value === 'number') return type.is === 'integer' || type.is === 'port' ? 'a fraction' : 'a number';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

function remedyFor(value: unknown, type: FieldType): string {
  if (type.is === 'bytes')
    return typeof value === 'string'
      ? 'encode it, or state it in stringData if it is a Secret'
      : 'quote and encode the value';
  if (type.is === 'string' && typeof value !== 'object') return 'quote the value';
  if (typeof value === 'string' && ['integer', 'number', 'boolean'].includes(type.is)) return 'remove the quotes';
  if (type.is === 'list') return 'write it as a list';
  return `state ${expected[type.is]}`;
}

function formatPath(steps: readonly Step[]): string {
  return steps
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`))
    .join('');
}
