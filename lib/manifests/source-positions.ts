import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument, Scalar } from 'yaml';
import type { Cursor } from './cursor';
import { kubernetesYaml } from './kubernetes-yaml';
import { objectsOf } from './manifest';
import type { ObjectSource, Reading } from './read-manifests';
import { LineStarts } from './yaml-documents';

/** A position in a file; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place of a document that was read. */
interface SourcePlace {
  readonly source: ObjectSource;
  readonly keys: readonly (string | number)[];
}

/**
 * Finds where places of objects stand in the files. Only for these places the documents are parsed again: what the
 * parser knows of positions is large, and is not kept while reading.
 */
export function findSourcePositions(reading: Reading, places: readonly Cursor[]): Map<Cursor, Position> {
  const inLists = places.some(({ root }) => !reading.sources.has(root.value)) ? listElements(reading) : new Map();
  const bySource = new Map<ObjectSource, Map<Cursor, SourcePlace['keys']>>();
  for (const place of places) {
    const found = sourcePlace(reading, inLists, place);
    if (found === undefined) continue;
    const sameSource = bySource.get(found.source) ?? new Map();
    bySource.set(found.source, sameSource.set(place, found.keys));
  }
  const lines = new Map<string, LineStarts>();
  const positions = new Map<Cursor, Position>();
  for (const [{ file, text, start, end, linesBefore }, keysOf] of bySource) {
    const part = `${file}:${linesBefore}`;
    const starts = lines.get(part) ?? new LineStarts(text);
    lines.set(part, starts);
    const document = new SourceDocument(text.slice(start, end));
    for (const [place, keys] of keysOf) {
      const { line, column } = starts.positionOf(start + document.offsetOf(keys));
      positions.set(place, { file, line: linesBefore + line, column });
    }
  }
  return positions;
}

/** The objects inside of Lists. */
function listElements({ sources }: Reading): Map<unknown, SourcePlace> {
  return new Map(
    [...sources].flatMap(([document, source]) =>
      objectsOf(document).map(({ value, keys }): [unknown, SourcePlace] => [value, { source, keys }]),
    ),
  );
}

function sourcePlace(
  { sources }: Reading,
  inLists: ReadonlyMap<unknown, SourcePlace>,
  { root, keys }: Cursor,
): SourcePlace | undefined {
  const source = sources.get(root.value);
  if (source !== undefined) return { source, keys };
  const list = inLists.get(root.value);
  return list && { source: list.source, keys: [...list.keys, ...keys] };
}

/** One document, parsed with the positions of its nodes. */
class SourceDocument {
  private readonly document;

  constructor(private readonly text: string) {
    this.document = parseDocument(text, { ...kubernetesYaml, uniqueKeys: false });
  }

  /** Offset of the key or element that some keys lead to, or of the deepest one on the way that exists. */
  offsetOf(keys: readonly (string | number)[]): number {
    let child: Child = { offset: firstOffset(this.document.contents), node: this.document.contents };
    for (const [depth, key] of keys.entries()) {
      const node = isAlias(child.node) ? child.node.resolve(this.document) : child.node;
      if (isScalar(node)) return this.offsetInside(node, keys.slice(depth)) ?? child.offset;
      const next = childOf(node, key);
      if (next === undefined) break;
      child = next;
    }
    return child.offset;
  }

  /** Offset in a file of YAML or JSON that a block of text holds: its lines are lines of this document. */
  private offsetInside({ type, value, range }: Scalar, keys: readonly (string | number)[]): number | undefined {
    if (type !== Scalar.BLOCK_LITERAL || typeof value !== 'string' || !range) return undefined;
    const before = value.slice(0, new SourceDocument(value).offsetOf(keys));
    const column = before.length - (before.lastIndexOf('\n') + 1);
    // The text begins on the line below its `|`, and its first line that is not empty shows how far it is indented.
    let start = this.text.indexOf('\n', range[0]) + 1;
    const [, indentation = ''] = /^\n*( *)[^ \n]/.exec(this.text.slice(start, range[1])) ?? [];
    for (let line = before.split('\n').length; line > 1; line -= 1) start = this.text.indexOf('\n', start) + 1;
    return start + indentation.length + column;
  }
}

interface Child {
  readonly offset: number;
  readonly node: Node | null | undefined;
}

function childOf(parent: Node | null | undefined, key: string | number): Child | undefined {
  if (isSeq<Node>(parent)) {
    const node = parent.items[Number(key)];
    return node && { offset: firstOffset(node), node };
  }
  if (!isMap<Node, Node | null>(parent)) return undefined;
  // A key may be stated twice: the last one applies.
  const pair = [...parent.items].reverse().find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  return pair && { offset: firstOffset(pair.key), node: pair.value };
}

function firstOffset(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}
