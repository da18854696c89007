/**
 * Reads YAML as programs write it: mappings and lists over several lines, and values of which every reader knows what
 * they are. That is most of what a ConfigMap carries, and the library takes ten times as long for it.
 * @returns undefined for everything else, whether it is YAML or not
 */
export function readPlainYaml(text: string): unknown {
  if (!text.endsWith('\n') || unusual.test(text)) return undefined;
  const reader = new PlainReader(text.slice(0, -1).split('\n'));
  try {
    return reader.document();
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** Tabs, carriage returns, and characters that readers refuse or take for a line break. */
const unusual = /[^\n\x20-\x7e\u00a0-\u2027\u2030-\ud7ff]/;

const notPlain = new Error('the library must read this');

/** `key: value`, or `key:` in front of what is below it. */
const entry = /^([A-Za-z_/][\w./-]{0,200}):(?: (\S.*))?$/;

/** How a text without quotes begins; what begins with a digit has a letter that no number has, or is an address. */
const plainText = /^(?:[a-z_/($]|\d.*[g-np-wyz%]|\d+d$|\d+(?:\.\d+){3}(?:\/\d+)?$)/i;

/** In a plain text, these would begin or end something else. */
const separators = /: |:$| #| $/;

/** Words that a version of YAML takes for a boolean or for null. */
const reservedWord = /^(y|yes|n|no|true|false|on|off|null)$/i;

const number = /^(?:0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,9})\.\d{1,10})$/;

/** Texts in quotes, on one line, with the escapes that JSON has as well. */
const doubleQuoted = /^"(?:[^"\\]|\\["\\nrt])*"$/;
const singleQuoted = /^'(?:[^']|'')*'$/;

const words = new Map<string, () => unknown>([
  ['true', () => true],
  ['false', () => false],
  ['null', () => null],
  ['{}', () => ({})],
  ['[]', () => []],
]);

/** Goes down the lines once. A line that nothing expects is never passed, so the library reads the text. */
class PlainReader {
  private next = 0;

  constructor(private readonly lines: string[]) {}

  document(): unknown {
    const content = this.collection(0);
    if (this.next < this.lines.length) throw notPlain;
    return content;
  }

  private collection(indent: number): unknown {
    return this.isItem(indent) ? this.list(indent) : this.mapping(indent);
  }

  private mapping(indent: number): unknown {
    const found: Record<string, unknown> = {};
    while (this.indentation() === indent) {
      const [, key, value] = entry.exec(this.line.slice(indent)) ?? [];
      if (key === undefined || key === '__proto__' || reservedWord.test(key) || Object.hasOwn(found, key))
        throw notPlain;
      this.next += 1;
      found[key] = value === undefined ? this.below(indent) : this.value(value, indent);
    }
    return found;
  }

  /** What stands below a key: a list may be as far to the left as the key. */
  private below(indent: number): unknown {
    if (this.isItem(indent)) return this.list(indent);
    const inner = this.indentation();
    if (inner <= indent) throw notPlain;
    return this.collection(inner);
  }

  private list(indent: number): unknown[] {
    const found: unknown[] = [];
    while (this.isItem(indent)) {
      const item = this.line.slice(indent + 2);
      if (entry.test(item)) {
        this.lines[this.next] = ' '.repeat(indent + 2) + item;
        found.push(this.mapping(indent + 2));
      } else {
        this.next += 1;
        found.push(this.value(item, indent));
      }
    }
    return found;
  }

  private value(text: string, indent: number): unknown {
    const word = words.get(text);
    if (word !== undefined) return word();
    if (/^\|[-+]?$/.test(text)) return this.block(text.slice(1), indent);
    if (plainText.test(text) && !separators.test(text) && !reservedWord.test(text)) return text;
    if (number.test(text)) return Number(text);
    if (doubleQuoted.test(text)) return JSON.parse(text);
    if (singleQuoted.test(text)) return text.slice(1, -1).replaceAll("''", "'");
    throw notPlain;
  }

  /** The lines of a block, and as many line breaks at its end as its mark says. */
  private block(mark: string, parent: number): string {
    const indent = this.indentation();
    if (indent <= parent) throw notPlain;
    const found: string[] = [];
    while (this.next < this.lines.length && (this.line === '' || this.indentation() >= indent)) {
      found.push(this.line.slice(indent));
      this.next += 1;
    }
    const text = `${found.join('\n')}\n`;
    return mark === '+' ? text : text.replace(/\n+$/, mark === '-' ? '' : '\n');
  }

  private get line(): string {
    return this.lines[this.next] ?? '';
  }

  /** Spaces in front of the next line; -1 if there is none, or if it has nothing else. */
  private indentation(): number {
    return this.line.search(/[^ ]/);
  }

  private isItem(indent: number): boolean {
    return this.line.startsWith('- ', indent) && this.indentation() === indent;
  }
}
