import {
  type Document,
  type DocumentOptions,
  Lexer,
  type ParseOptions,
  parseAllDocuments,
  type ScalarTag,
  type SchemaOptions,
  type Tags,
} from 'yaml';

/** Octal numbers of YAML 1.2, which kubectl reads as well. */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0o[0-7_]+$/,
  resolve: (text: string) => Number(text.replaceAll('_', '').replace(/^\+/, '')),
};

/** kubectl takes a text for a number only if it has a digit before the exponent: `e1` is a string. */
const floatTests: Readonly<Record<string, RegExp>> = {
  EXP: /^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)[eE][-+]?[0-9]+$/,
  plain: /^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*\.[0-9_]*)$/,
};

/** Options to read YAML as kubectl does: version 1.1, but dates and times of day are strings. */
export const kubernetesYaml = {
  version: '1.1',
  merge: true,
  prettyErrors: false,
  logLevel: 'silent',
  customTags: (tags: Tags): Tags => [octal, ...tags.flatMap(toKubernetesTag)],
} as const;

function toKubernetesTag(tag: Tags[number]): Tags {
  if (typeof tag === 'string') return [tag];
  if (tag.tag.endsWith(':timestamp') || tag.format === 'TIME') return [];
  if (!tag.tag.endsWith(':float') || tag.test?.test('.nan')) return [tag];
  return [{ ...tag, test: floatTests[tag.format ?? 'plain'] } as ScalarTag];
}

/** Splits a text in front of each `---`: what the parser knows of a document is large, and needed for one at a time. */
export function splitDocuments(text: string): string[] {
  // A directive stands in front of the mark of its document.
  return text.startsWith('%') || text.includes('\n%') ? [text] : text.split(/(?<=\n)(?=---(?:\s|$))/);
}

/** Documents of a text that was parsed. */
export interface ParsedYaml {
  /** What was parsed, whose lines are those that are stated. */
  readonly text: string;
  readonly documents: readonly Document.Parsed[];
}

/** Parses a text, and again with the lines within quotes and brackets indented if that is what it was refused for. */
export function parseYaml(text: string, options: ParseOptions & DocumentOptions & SchemaOptions): ParsedYaml {
  const parse = (each: string) => ({ text: each, documents: [...parseAllDocuments(each, options)] });
  const parsed = parse(text);
  return parsed.documents.some(hasShallowFlowLines) ? parse(indentFlowLines(text)) : parsed;
}

/**
 * Whether a document was refused for the indentation of a line within quotes or brackets.
 * kubectl ignores it there, but YAML demands more than the parent has.
 */
function hasShallowFlowLines({ errors }: Document.Parsed): boolean {
  return errors.some(
    ({ code, message }) =>
      (code === 'MISSING_CHAR' && message.startsWith('Missing closing')) ||
      (code === 'BAD_INDENT' && message.startsWith('Flow')),
  );
}

/**
 * Indents the lines within quotes and brackets as YAML demands it: below the quote or bracket that opens them.
 * White space at the start of these lines has no meaning, so the text reads the same, line by line.
 */
export function indentFlowLines(text: string): string {
  // No quote or bracket reaches beyond its document.
  return text
    .split(/^(?=---(?:\s|$))/m)
    .map(indentDocument)
    .join('');
}

function indentDocument(text: string): string {
  let indented = text;
  let done = 0;
  for (;;) {
    const span = shallowSpan(indented);
    // The same span again: the indentation was not the reason.
    if (span === undefined || span.start < done) return indented;
    done = span.start + 1;
    const column = span.start - indented.lastIndexOf('\n', span.start);
    const lines = indented.slice(span.start, span.end).replace(/\n(?=[^\r\n])/g, `\n${' '.repeat(column)}`);
    indented = indented.slice(0, span.start) + lines + indented.slice(span.end);
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What the lexer writes where it breaks brackets off. */
const flowBreak = '\u0018';

/** Marks of the lexer, such as that in front of a scalar, which are no part of the text. */
const marks = new Set(['\u0002', flowBreak, '\u001f']);

/** The first text in quotes or brackets that the lexer breaks off although it is closed further down. */
function shallowSpan(text: string): Span | undefined {
  let offset = 0;
  const open: number[] = [];
  for (const token of new Lexer().lex(text)) {
    if (token === flowBreak) return spanFrom(open[0], (start) => endOfFlow(text, start));
    if (token === '{' || token === '[') open.push(offset);
    else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"') || token.startsWith("'")) {
      const end = endOfQuotes(text, offset);
      if (end === undefined) return undefined;
      if (end > offset + token.length) {
        return open[0] === undefined ? { start: offset, end } : spanFrom(open[0], (start) => endOfFlow(text, start));
      }
    }
    if (!marks.has(token)) offset += token.length;
  }
  return undefined;
}

function spanFrom(start: number | undefined, endOf: (start: number) => number | undefined): Span | undefined {
  const end = start === undefined ? undefined : endOf(start);
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** Offset behind the quote that closes the one at an offset. */
function endOfQuotes(text: string, start: number): number | undefined {
  const quote = text[start];
  const token = quote === "'" ? /''|'/g : /\\[\s\S]|"/g;
  token.lastIndex = start + 1;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === quote) return match.index + 1;
  }
  return undefined;
}

/** Offset behind the bracket that closes the one at an offset. */
function endOfFlow(text: string, start: number): number | undefined {
  let depth = 0;
  const token = /[[\]{}]|(?<=[[{,:\s])["']|(?<=\s)#.*/g;
  token.lastIndex = start;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '"' || match[0] === "'") {
      const end = endOfQuotes(text, match.index);
      if (end === undefined) return undefined;
      token.lastIndex = end;
    } else if (match[0] === '{' || match[0] === '[') depth += 1;
    else if (match[0] === '}' || match[0] === ']') depth -= 1;
    if (depth === 0) return match.index + 1;
  }
  return undefined;
}
