import type { Environment } from './environment';
import type { Problem } from './errors';
import type { SecretSource } from './settings/secret-source';

/** A preview, what it was made of, and an environment of which nothing may be in it. */
export interface PreviewSharing {
  readonly made: Environment;
  readonly base: Environment;
  /** Domain below which previews have theirs. */
  readonly domain: string;
  readonly other: Environment;
}

/** Everything in a preview that belongs to another environment. */
export function findSharedProblems(sharing: PreviewSharing): Problem[] {
  const { made, other } = sharing;
  const problem = (path: string, value: unknown, remedy: string) =>
    `${made.name}.${path}: ${JSON.stringify(value)}: is ${other.name}'s; ${remedy}`;
  // A registry is shared by all environments.
  const added = listTexts(made.extensions, 'extensions').filter(([path]) => !path.endsWith('.image'));
  const texts = [...listTexts(made.settings, 'settings'), ...added];
  const theirs = texts.filter(([path, text]) => isTheirs(path, text, sharing));
  return [
    ...(made.domain === other.domain ? [problem('domain', made.domain, 'choose another')] : []),
    ...(made.namespace === other.namespace ? [problem('namespace', made.namespace, 'choose another id')] : []),
    ...(made.deployment.context === other.deployment.context
      ? [problem('deployment.context', made.deployment.context, 'make it from an environment of another cluster')]
      : []),
    ...(isSameSource(made.secrets, other.secrets)
      ? [problem('secrets', made.secrets, 'hand over secrets with a key of its own')]
      : []),
    ...theirs.map(([path, text]) => problem(path, text, `hand over ${path.split('.')[0]} with one of its own`)),
  ];
}

/** Every text in a value, by its path. */
function listTexts(value: unknown, path: string): (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => listTexts(item, `${path}.${key}`));
}

/** Whether a text leads to another environment: to a host or a bucket of it, or to what only it has. */
function isTheirs(path: string, text: string, sharing: PreviewSharing): boolean {
  const words = splitWords(text);
  return (
    words.some((word) => isTheirHost(word, sharing)) ||
    listBuckets(sharing.other).some((bucket) =>
      words.some((word) => word === bucket || word.startsWith(`${bucket}.`)),
    ) ||
    isTheirName(path, text, sharing)
  );
}

/** Names in a text, such as the host and the folders of a URL. */
function splitWords(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9_-]+(\.[a-z0-9_-]+)*/g) ?? [];
}

/** Whether a host is below the domain of another environment, or one that it states. Of nested domains the longest counts. */
function isTheirHost(word: string, { made, base, domain, other }: PreviewSharing): boolean {
  const isBelow = (parent: string) => word === parent || word.endsWith(`.${parent}`);
  const [owner] = [made.domain, domain, base.domain, other.domain]
    .filter(isBelow)
    .sort((one, another) => another.length - one.length);
  const stores = [other.database, other.cache].flatMap((store) => (store.kind === 'managed' ? [store.host] : []));
  return owner === other.domain || stores.includes(word);
}

/** The buckets that an environment names: those of its settings, and of URLs in them, and wherever `bucket` is a field. */
function listBuckets(environment: Environment): string[] {
  const { settings, database, logs } = environment;
  const stated = Object.entries<unknown>(settings).flatMap(([name, value]) => {
    const urls = [...String(value).matchAll(/\b(?:s3|gs)a?:\/\/([a-z0-9.-]+)|([a-z0-9-]+)\.s3[.-]/g)];
    const isBucket = /(^|_)BUCKETS?(_|$)/.test(name);
    return [...urls.map(([, bucket, host]) => bucket ?? host ?? ''), ...(isBucket ? splitWords(String(value)) : [])];
  });
  const fields = [...listTexts(database, ''), ...listTexts(logs, '')].filter(([path]) => path.endsWith('.bucket'));
  return [...stated, ...fields.map(([, bucket]) => bucket)].filter((bucket) => bucket !== '');
}

/** Whether a setting was handed over with a name of another environment, which the base does not share with it. */
function isTheirName(path: string, text: string, { base, other }: PreviewSharing): boolean {
  const name = path.replace(/^settings\./, '');
  const at = ({ settings }: Environment) => (settings as Readonly<Record<string, unknown>>)[name];
  // A word alone, such as `info` for a level, belongs to none.
  return name !== path && /[-./:@_]/.test(text) && at(other) === text && at(base) !== text;
}

/** Whether both read the same place outside the cluster. */
function isSameSource(one: SecretSource, other: SecretSource): boolean {
  return one.kind === 'external' && other.kind === 'external' && one.remoteKey === other.remoteKey;
}
