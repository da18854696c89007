import { stringify } from 'yaml';

/** Versions of YAML by which readers take plain words for booleans and numbers. Kubernetes reads 1.1. */
export type YamlVersion = '1.1' | '1.2';

/** Writes a YAML file that a ConfigMap carries, without anchors and without folded lines. */
export function writeYaml(content: unknown, version: YamlVersion = '1.2'): string {
  return new YamlWriter(version).document(content);
}

/** Writes objects as the documents of one manifest. */
export function writeManifest(objects: readonly unknown[]): string {
  const writer = new YamlWriter('1.1');
  return objects.map((object) => writer.document(object)).join('---\n');
}

/** A text of which no version of YAML takes any part for something else. */
const plainText =
  /^(?:[A-Za-z_/]|--?(?=[A-Za-z]))(?:[\w./@%+=$(){}[\]<>,;"'*&!|?~^-]|:(?=\S)|[ ](?=[\w./@%+=$(){}[\]<>,;"'*&!|?~^-]))*$/;

/** Quantities such as `512Mi` and ranges of addresses: no number, though they begin as one. */
const plainAmount = /^\d+(?:[KMGT]i|m)$|^\d+(?:\.\d+){3}\/\d+$/;

/** Words that a version of YAML takes for a boolean or for null, or that some reader takes for a number. */
const reservedWord = /^(y|yes|n|no|true|false|on|off|null|-?e[-+]?\d+)$/i;

/** What begins or ends a document, merges or stands for a mapping, or is refused (a tab), where it is not in quotes. */
const markers = /^(---|\.\.\.|<<$|=$)|\t/;

const otherVersion = { '1.1': '1.2', '1.2': '1.1' } as const satisfies Record<YamlVersion, YamlVersion>;

/** Characters that readers refuse or take for a line break where they are not escaped, but for the line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|[\u{D800}-\u{DFFF}]/u;

/** Texts of one line as they are written: the same stand in every file of every environment. */
const knownLines: Readonly<Record<YamlVersion, Map<string, string>>> = { '1.1': new Map(), '1.2': new Map() };

/** Scripts, dashboards and rules as they were last written: most stand in every environment, indented alike. */
const knownBlocks = new Map<string, { readonly indent: string; readonly block: string }>();

/** More than the files of some environments have, and few enough that they take little memory. */
const mostTexts = 5_000;

/**
 * Writes plain data: what JSON can hold. The library takes three times as long, because it makes a tree of nodes first. It
 * still writes each text that is not plainly harmless, so both write the same.
 */
class YamlWriter {
  constructor(private readonly version: YamlVersion) {}

  document(content: unknown): string {
    return isCollection(content) ? this.collection(content, '') : `${this.scalar(content, '')}\n`;
  }

  /** The lines of a mapping or a list that is not empty, the first without its indentation. */
  private collection(content: object, indent: string): string {
    let text = '';
    if (Array.isArray(content)) {
      const inner = `${indent}  `;
      for (const item of content) text += `${text === '' ? '' : indent}- ${this.item(item, inner)}`;
    } else {
      const fields = content as Readonly<Record<string, unknown>>;
      for (const name of Object.keys(fields)) {
        text += `${text === '' ? '' : indent}${this.key(name, indent)}:${this.value(fields[name], indent)}`;
      }
    }
    return text;
  }

  private item(item: unknown, indent: string): string {
    return isCollection(item) ? this.collection(item, indent) : `${this.scalar(item, indent)}\n`;
  }

  private value(value: unknown, indent: string): string {
    const inner = `${indent}  `;
    return isCollection(value) ? `\n${inner}${this.collection(value, inner)}` : ` ${this.scalar(value, inner)}\n`;
  }

  /** A key of several lines or of more than 1024 characters is not a key unless a question mark says so. */
  private key(key: string, indent: string): string {
    return key.includes('\n') || key.length > 1000 ? `? ${JSON.stringify(key)}\n${indent}` : this.line(key);
  }

  private scalar(value: unknown, indent: string): string {
    if (typeof value === 'string') return value.includes('\n') ? writeBlock(value, indent) : this.line(value);
    if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
    return writeByLibrary(value, this.version);
  }

  /** A text of one line. */
  private line(text: string): string {
    const lines = knownLines[this.version];
    const known = lines.get(text);
    if (known !== undefined) return known;
    return remember(lines, text, isPlain(text) ? text : this.inQuotes(text));
  }

  /** The library knows what readers take for something else; a text that a reader of either version would is in quotes. */
  private inQuotes(text: string): string {
    if (markers.test(text) || unprintable.test(text)) return quote(text);
    const written = writeByLibrary(text, this.version);
    return written === text ? writeByLibrary(text, otherVersion[this.version]) : written;
  }
}

/** Whether no reader takes a text for something else. */
function isPlain(text: string): boolean {
  return plainText.test(text) ? !reservedWord.test(text) : plainAmount.test(text);
}

function writeByLibrary(value: unknown, version: YamlVersion): string {
  return stringify(value ?? null, { lineWidth: 0, version }).slice(0, -1);
}

function remember<T>(known: Map<string, T>, text: string, written: T): T {
  if (known.size >= mostTexts) known.clear();
  known.set(text, written);
  return written;
}

/** A text of several lines. */
function writeBlock(text: string, indent: string): string {
  const known = knownBlocks.get(text);
  if (known?.indent === indent) return known.block;
  return remember(knownBlocks, text, { indent, block: makeBlock(text, indent) }).block;
}

/** A block, or the text in quotes where a block would lose something at its ends. */
function makeBlock(text: string, indent: string): string {
  const body = text.trimEnd();
  const end = text.slice(body.length);
  if (/^\s/.test(text) || /[^\n]/.test(end) || unprintable.test(text)) return quote(text);
  const chomping = end.length === 0 ? '-' : end.length === 1 ? '' : '+';
  return `|${chomping}\n${indent}${body.replace(/\n+/g, `$&${indent}`)}${end.slice(1)}`;
}

/** JSON is YAML, but for what YAML takes for a line break or refuses. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether it is a mapping or a list with something in it. */
function isCollection(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}
