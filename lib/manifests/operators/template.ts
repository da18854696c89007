import { stepsOf } from '../places';

/**
 * Texts of the operators' table are expanded from an object: `{spec.secretName}` is the text at that path, and `{name}` the
 * object's own name. A path leads through lists (`spec.data[].secretKey`), to the keys of a mapping (`spec.data.*`) and to
 * fields with dots (`metadata.annotations[a.b/c]`). Of `{a|b|=c}` the first that has a text counts; `=c` is the text `c`.
 * A template with a path that leads nowhere gives no text, one with a path through a list a text for each element.
 */
export function expand(template: string, object: unknown): string[] {
  return template.split(/(\{[^}]*\})/).reduce<string[]>(
    (texts, part) => {
      if (!part.startsWith('{')) return texts.map((text) => text + part);
      const values = textsOf(part.slice(1, -1), object);
      return texts.flatMap((text) => values.map((value) => text + value));
    },
    [''],
  );
}

/** Whether every condition holds: `path` is stated, `path=text` has a text, `!path` and `!path=text` are not so. */
export function holds(conditions: readonly string[], object: unknown): boolean {
  return conditions.every((condition) => {
    const isNegated = condition.startsWith('!');
    const [path = '', wanted] = condition.slice(isNegated ? 1 : 0).split('=');
    const values = valuesAt(path, object);
    const isMet = wanted === undefined ? values.length > 0 : values.some((value) => String(value) === wanted);
    return isMet !== isNegated;
  });
}

function textsOf(alternatives: string, object: unknown): string[] {
  for (const path of alternatives.split('|')) {
    const texts = path.startsWith('=') ? [path.slice(1)] : valuesAt(path, object).flatMap(textOf);
    if (texts.length > 0) return texts;
  }
  return [];
}

function textOf(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return typeof value === 'number' ? [String(value)] : [];
}

export function valuesAt(path: string, object: unknown): unknown[] {
  const full = path === 'name' || path === 'namespace' ? `metadata.${path}` : path;
  let values = [object];
  for (const step of stepsOf(full)) values = values.flatMap((value) => below(value, step));
  return values.filter((value) => value !== undefined && value !== null);
}

function below(value: unknown, step: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return step === '' ? value : [];
  if (step === '*') return Object.keys(value);
  return Object.hasOwn(value, step) ? [Reflect.get(value, step)] : [];
}
