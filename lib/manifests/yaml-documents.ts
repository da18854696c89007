import { type Document, isCollection, isScalar, type ParsedNode, parseAllDocuments, visit } from 'yaml';
import type { KubernetesManifest } from './manifest';

/** A key that a mapping states more than once. */
export interface DuplicateKey {
  readonly object: unknown;
  /** Keys and positions that lead to the second value. */
  readonly path: readonly string[];
}

/** A reason why a document cannot be read. */
interface SyntaxProblem {
  /** Position in the text, in characters. */
  readonly offset: number;
  readonly reason: string;
}

type ReadDocument = Document.Parsed<ParsedNode>;

/** Lists the reasons why kubectl could not read a document. A key that is stated twice is none. */
export function findSyntaxProblems(document: ReadDocument, text: string): SyntaxProblem[] {
  const template = templateOffset(document, text);
  if (template !== undefined) return [{ offset: template, reason: 'this is a template: render it first' }];
  const tab = tabOffset(document, text);
  const errors = document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  return [
    ...errors
      // Behind an error the parser expects each token of the rest as little.
      .filter(({ code }, index) => index === 0 || code !== 'UNEXPECTED_TOKEN')
      .map(({ pos, message }) => ({ offset: pos[0], reason: rewordYamlError(message) })),
    ...(tab === undefined ? [] : [{ offset: tab, reason: 'a tab cannot indent a line' }]),
  ];
}

/** Rewords the message of an error of the YAML parser. */
export function rewordYamlError(message: string): string {
  return /call stack/.test(message) ? 'nested too deeply' : message;
}

/** A line or a value that begins as a template does: within a text or in quotes, braces are common elsewhere. */
const templateMark = /^\s*(?:- )?(?:[^\s#"']+:\s+)?\{[{%]|[[,]\s*\{\{/m;

/** Offset of the first `{{` or `{%` that YAML does not read as text, if there is one. */
function templateOffset(document: ReadDocument, text: string): number | undefined {
  const [start, , end] = document.range;
  const mark = templateMark.exec(text.slice(start, end));
  if (mark === null) return undefined;
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return start + mark.index + mark[0].length - 2;
  let offset: number | undefined;
  visit(document, {
    Pair: (_, { key }) => {
      if (!isCollection(key)) return undefined;
      offset = key.range?.[0];
      return visit.BREAK;
    },
  });
  return offset;
}

/** Offset of a line of white space with a tab, outside of block scalars. */
function tabOffset(document: ReadDocument, text: string): number | undefined {
  const [start, , end] = document.range;
  const match = /^ *\t[ \t]*$/m.exec(text.slice(start, end));
  if (match === null) return undefined;
  const offset = start + match.index;
  let isText = false;
  visit(document, {
    Scalar: (_, { range }) => {
      if (range && range[0] <= offset && offset < range[2]) isText = true;
    },
  });
  return isText ? undefined : offset;
}

/** More aliases than any manifest has, and few enough that they cannot exhaust the memory. */
const maxAliasCount = 10_000;

/**
 * Converts a document to plain values.
 * @throws Error if an anchor contains itself, or aliases multiply each other
 */
export function toObject(document: ReadDocument, text: string): unknown {
  const object: unknown = document.toJS({ maxAliasCount });
  if (text.includes('&') && hasCycle(object, new Set(), new Set())) throw new Error('an anchor contains itself');
  return object;
}

function hasCycle(value: unknown, above: Set<unknown>, checked: Set<unknown>): boolean {
  if (typeof value !== 'object' || value === null || checked.has(value)) return false;
  if (above.has(value)) return true;
  above.add(value);
  const isCyclic = Object.values(value).some((each) => hasCycle(each, above, checked));
  above.delete(value);
  checked.add(value);
  return isCyclic;
}

/** Finds the keys that a document states twice in one mapping. */
export function findDuplicateKeys(document: ReadDocument, object: unknown): DuplicateKey[] {
  if (!document.errors.some(({ code }) => code === 'DUPLICATE_KEY')) return [];
  const found: DuplicateKey[] = [];
  const walk = (node: unknown, path: readonly string[]) => {
    if (!isCollection(node)) return;
    const seen = new Set<string>();
    for (const [index, item] of node.items.entries()) {
      const key = isPairLike(item) && isScalar(item.key) ? String(item.key.value) : String(index);
      if (seen.has(key)) found.push({ object, path: [...path, key] });
      seen.add(key);
      walk(isPairLike(item) ? item.value : item, [...path, key]);
    }
  };
  walk(document.contents, []);
  return found;
}

function isPairLike(item: unknown): item is { readonly key: unknown; readonly value: unknown } {
  return typeof item === 'object' && item !== null && 'key' in item && 'value' in item;
}

/** An object of a stream, and where its text begins and ends, in characters. */
interface StreamedObject {
  readonly object: unknown;
  readonly start: number;
  readonly end: number;
}

/** Splits a stream of JSON objects, one after the other; undefined if the text is something else. */
export function splitJson(text: string): StreamedObject[] | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  const objects: StreamedObject[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: token, index } of text.matchAll(/"(?:\\.|[^"\\])*"|[{}]/g)) {
    if (token === '{') depth += 1;
    else if (token === '}') depth -= 1;
    if (depth !== 0 || token !== '}') continue;
    const end = index + 1;
    try {
      objects.push({ object: JSON.parse(text.slice(start, end)), start, end });
    } catch {
      return undefined;
    }
    start = end;
  }
  return text.slice(start).trim() === '' ? objects : undefined;
}

/** Where the lines of a text begin. */
export class LineStarts {
  private readonly starts = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** Line and column of an offset, both from 1. */
  positionOf(offset: number): { line: number; column: number } {
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

/** Parses manifests that were synthesized. Those that others wrote are read by `readManifests`, which reports what is wrong. */
export function parseManifests(text: string): KubernetesManifest[] {
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as KubernetesManifest | null) ?? []);
}
