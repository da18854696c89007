/** A file before and after a synth; a file that does not exist is empty. */
export interface RewrittenFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** An object that a synth added to a file, changed in it or removed from it. */
export interface ObjectChange {
  /** What became of it. */
  readonly change: 'added' | 'changed' | 'removed';
  /** Kind, namespace and name, such as `Service veza-staging/chat`. No value of it. */
  readonly object: string;
  /** Path of its file. */
  readonly path: string;
}

/** Lists the objects whose text differs. They are known by kind, namespace and name, so their order does not matter. */
export function listObjectChanges({ path, before, after }: RewrittenFile): ObjectChange[] {
  if (before === after) return [];
  const [old, made] = [textsOf(before), textsOf(after)];
  const changes = [...new Set([...made.keys(), ...old.keys()])].map((object) => ({
    change: !old.has(object) ? 'added' : made.has(object) ? 'changed' : 'removed',
    object,
    path,
  }));
  return changes.filter(({ object }) => old.get(object) !== made.get(object)) as ObjectChange[];
}

/** The text of each object. Text of a ConfigMap is indented, so only a mark between documents begins a line. */
function textsOf(manifest: string): Map<string, string> {
  const documents = manifest.split(/^---\n/m).map((text) => text.replace(/^#.*\n/gm, ''));
  return new Map(documents.filter((text) => text.trim() !== '').map((text) => [nameOf(text), text]));
}

function nameOf(text: string): string {
  const kind = /^kind: (.*)$/m.exec(text)?.[1] ?? 'object';
  const metadata = /^metadata:\n((?: .*\n)*)/m.exec(text)?.[1] ?? '';
  const [namespace, name] = ['namespace', 'name'].map((key) => new RegExp(`^  ${key}: (.*)$`, 'm').exec(metadata)?.[1]);
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name ?? 'without a name'}`;
}
