import { type Document, parseAllDocuments } from 'yaml';
import { hasShallowFlowLines, indentFlowLines } from '../../manifests/flow-indentation';
import type { ManifestSet } from '../../manifests/manifest-set';

/** What a file of a ConfigMap or Secret reads as, by its name. */
export interface EmbeddedFile {
  /** Why it cannot be read, with the line; never with a part of the text, which may be a secret. */
  readonly problem: string | undefined;
  /** The content; undefined if it cannot be read, or is not one document. */
  readonly read: () => unknown;
}

/** Several rules read the same files, and a set never changes. */
const known = new WeakMap<ManifestSet, Map<string, EmbeddedFile>>();

/** Reads a file whose name ends in `.yaml`, `.yml` or `.json`; undefined for every other. */
export function embeddedFile(set: ManifestSet, name: string, text: string): EmbeddedFile | undefined {
  const parse = /\.ya?ml$/.test(name) ? parseYaml : name.endsWith('.json') ? parseJson : undefined;
  if (parse === undefined) return undefined;
  const files = known.get(set) ?? new Map<string, EmbeddedFile>();
  known.set(set, files);
  const id = `${name.endsWith('.json')}${text}`;
  const file = files.get(id) ?? parse(text);
  files.set(id, file);
  return file;
}

function parseYaml(text: string): EmbeddedFile {
  let documents = documentsOf(text);
  if (documents.some(hasShallowFlowLines)) documents = documentsOf(indentFlowLines(text));
  const errors = documents.flatMap((document) => document.errors);
  // Whether a key may be stated twice is for the program that reads the file.
  const error = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  const [document, ...others] = documents;
  return {
    problem:
      error && !isTemplate(text)
        ? `no YAML, line ${lineOf(text, error.pos[0])}: ${withoutText(error.message)}`
        : undefined,
    read: () => (errors.length > 0 || others.length > 0 ? undefined : document && toObject(document)),
  };
}

/** An alias of nothing, or of too much, is found only now. */
function toObject(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}

function documentsOf(text: string): Document.Parsed[] {
  return [...parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent' })];
}

function parseJson(text: string): EmbeddedFile {
  try {
    const content: unknown = JSON.parse(text);
    return { problem: undefined, read: () => content };
  } catch (error) {
    const outsideOfStrings = text.replace(/"(?:\\.|[^"\\\n])*"/g, '""');
    // Some programs take comments, and one object on each line.
    const isOther = /^\s*(\/\/|\/\*)|\/\/ /m.test(outsideOfStrings) || text.trim() === '' || isJsonLines(text);
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const line = position === undefined ? '' : `, line ${lineOf(text, Number(position))}`;
    return {
      problem:
        isOther || isTemplate(outsideOfStrings) || /\$[{(]|\{\{/.test(outsideOfStrings) ? undefined : `no JSON${line}`,
      read: () => undefined,
    };
  }
}

function isJsonLines(text: string): boolean {
  try {
    for (const line of text.trim().split('\n')) JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Whether something fills the file in before it is read: in quotes or amid text, braces are common elsewhere. */
function isTemplate(text: string): boolean {
  return /^\s*(?:- )?(?:[^\s#]+:\s+)?\{\{|\{%|<%|__[A-Z]\w*__|@[A-Z_]+@/m.test(text);
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function withoutText(message: string): string {
  return message.replace(/:? ["'`][\s\S]*$/, '');
}
