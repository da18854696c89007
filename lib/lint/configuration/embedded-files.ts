import type { Document } from 'yaml';
import { parseYaml } from '../../manifests/kubernetes-yaml';
import { rememberTexts } from '../../manifests/remember';
import type { Rule } from '../rule';
import { readPlainYaml } from './plain-yaml';

export const readableFiles: Rule = {
  name: 'readable-files',
  class: 'broken',
  finds:
    'A file in a ConfigMap or Secret whose name ends in `.yaml`, `.yml` or `.json`, but that is not valid. Templates are left out.',
  why: 'The program that reads it does not start, or keeps its old configuration.',
  fix: 'Correct the file, or give it the name of what it is.',
  example: `
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus, namespace: monitoring }
data:
  prometheus.yml: |
    scrape_configs:
    - job_name: self
       static_configs: [{ targets: ["localhost:9090"] }]
`,
  *check(set) {
    for (const object of set.ofType('ConfigMap', 'Secret')) {
      // The data of a Secret is in base64.
      for (const [name, at] of object.at(object.kind === 'Secret' ? 'stringData' : 'data').entries()) {
        const text = at.text();
        const problem = text === undefined ? undefined : readEmbeddedFile(name, text)?.problem;
        if (problem !== undefined) yield { at, message: `the file is ${problem}`, remedy: 'correct it, or rename it' };
      }
    }
  },
};

/** What a file of a ConfigMap or Secret reads as, by its name. */
interface EmbeddedFile {
  /** Why it cannot be read, with the line; never with a part of the text, which may be a secret. */
  readonly problem: string | undefined;
  /** The content; undefined if it cannot be read, or is not one document. */
  readonly content: unknown;
}

/** Reads a file whose name ends in `.yaml`, `.yml` or `.json`; undefined for every other. */
export function readEmbeddedFile(name: string, text: string): EmbeddedFile | undefined {
  if (/\.ya?ml$/.test(name)) return readYaml(text);
  return name.endsWith('.json') ? parseJson(text) : undefined;
}

/** Several rules read the same files, and several environments have the same. */
const readYaml = rememberTexts((text): EmbeddedFile => {
  const plain = readPlainYaml(text);
  return plain === undefined ? parseByLibrary(text) : { problem: undefined, content: plain };
});

function parseByLibrary(text: string): EmbeddedFile {
  const { documents } = parseYaml(text, { prettyErrors: false, logLevel: 'silent' });
  const errors = documents.flatMap((document) => document.errors);
  // Whether a key may be stated twice is for the program that reads the file.
  const error = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  const [document, ...others] = documents;
  return {
    problem:
      error && !isTemplate(text)
        ? `not valid YAML, line ${lineOf(text, error.pos[0])}: ${withoutText(error.message)}`
        : undefined,
    content: errors.length > 0 || others.length > 0 ? undefined : document && toObject(document),
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

const parseJson = rememberTexts((text): EmbeddedFile => {
  try {
    const content: unknown = JSON.parse(text);
    return { problem: undefined, content };
  } catch (error) {
    const outsideOfStrings = text.replace(/"(?:\\.|[^"\\\n])*"/g, '""');
    // Some programs take comments, and one object on each line.
    const isOther = /^\s*(\/\/|\/\*)|\/\/ /m.test(outsideOfStrings) || isPlaceholder(text) || isJsonLines(text);
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const line = position === undefined ? '' : `, line ${lineOf(text, Number(position))}`;
    return {
      problem:
        isOther || isTemplate(outsideOfStrings) || /\$[{(]|\{\{/.test(outsideOfStrings)
          ? undefined
          : `not valid JSON${line}`,
      content: undefined,
    };
  }
});

/** Nothing, or where a tool finds what it puts here: `op://vault/item/field`. */
function isPlaceholder(text: string): boolean {
  return /^\s*([a-z][a-z0-9+.-]*:\/\/\S+)?\s*$/.test(text);
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
