import { parse, stringify } from 'yaml';

/** Contents by the texts that were written from them: parsing is slow, and what we wrote we need not parse to know. */
const written = new Map<string, unknown>();

/** Writes the content of a YAML file that a ConfigMap carries: without anchors, which few reviewers read, and unfolded. */
export function writeYaml(content: unknown): string {
  const text = stringify(content, { aliasDuplicateObjects: false, lineWidth: 0 });
  written.set(text, content);
  return text;
}

/**
 * Reads a YAML file that a ConfigMap carries.
 * @throws YAMLParseError if it is none
 */
export function readYaml(text: string): unknown {
  return written.has(text) ? written.get(text) : parse(text);
}
