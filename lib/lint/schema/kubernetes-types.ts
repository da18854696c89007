import { lazily, rememberTexts } from '../../manifests/remember';
import table from './kubernetes-fields.json';

const [oldest = 0, newest = 0] = table.versions;

/** The minor versions of Kubernetes whose fields are known: 1.`oldest` to 1.`newest`. */
export const knownVersions = { oldest, newest } as const;

/** The minor versions that serve a kind, or that have a field. */
interface VersionRange {
  readonly since: number;
  readonly until: number;
}

const scalars: ReadonlyMap<string, FieldType> = new Map([
  ['s', { is: 'string' }],
  ['i', { is: 'integer' }],
  ['n', { is: 'number' }],
  ['b', { is: 'boolean' }],
  ['q', { is: 'quantity' }],
  ['p', { is: 'port' }],
  ['y', { is: 'bytes' }],
]);

const kinds = new Map<string, string>(Object.entries(table.kinds));
const types = new Map<string, string>(Object.entries(table.types));

/** The type of the objects of a kind of Kubernetes itself; undefined for every other kind. */
export function findKindType(apiVersion: string, kind: string): FieldType | undefined {
  const stated = kinds.get(`${apiVersion} ${kind}`);
  return stated === undefined ? undefined : typeNamed(stated.replace(/@.*/, ''));
}

/** The versions of Kubernetes that serve a kind in a version of its group; undefined if none of the known ones does. */
export function findVersionsServing(apiVersion: string, kind: string): VersionRange | undefined {
  const stated = kinds.get(`${apiVersion} ${kind}`);
  return stated === undefined ? undefined : rangeOf(stated.split('@')[1]);
}

/** The versions of a group that serve a kind, as `apps/v1`; the stable one first. */
export function apiVersionsOf(group: string, kind: string): string[] {
  const prefix = group === '' ? '' : `${group}/`;
  return [...kinds.keys()]
    .filter((id) => id.startsWith(`${prefix}v`) && id.endsWith(` ${kind}`))
    .map((id) => id.slice(0, -kind.length - 1))
    .sort((a, b) => a.length - b.length || (a < b ? 1 : -1));
}

/** Reads `s`, `[]core.v1.Container`, `{}q`. */
const typeNamed = rememberTexts((name): FieldType => {
  if (name.startsWith('[]')) return { is: 'list', of: typeNamed(name.slice(2)) };
  if (name.startsWith('{}')) return { is: 'map', of: typeNamed(name.slice(2)) };
  const fields = types.get(name);
  return scalars.get(name) ?? (fields === undefined ? { is: 'any' } : parseObject(name, fields));
});

/** Reads `name!:s terminationGracePeriodSeconds:i resources:core.v1.ResourceRequirements@32`. */
function parseObject(name: string, text: string): ObjectType {
  const required: string[] = [];
  const fields = new Map<string, Field>();
  for (const field of text.split(' ')) {
    const [stated = '', alternatives = ''] = field.split(':');
    const key = stated.replace('!', '');
    if (key !== stated) required.push(key);
    fields.set(key, parseField(alternatives));
  }
  return { is: 'object', id: name, fields, required, isOpen: false };
}

/** Reads `core.v1.ResourceRequirements@27-28|core.v1.VolumeResourceRequirements@29`: one type, or one for each range. */
function parseField(alternatives: string): Field {
  const types = alternatives.split('|').map((alternative) => {
    const [name = '', range] = alternative.split('@');
    return { name, ...rangeOf(range) };
  });
  const typeIn = (minor: number) =>
    typeNamed((types.find(({ since, until }) => since <= minor && minor <= until) ?? types.at(-1))?.name ?? '');
  const newestType = lazily(() => typeIn(newest));
  return {
    type: (minor) => (minor === undefined || types.length === 1 ? newestType() : typeIn(minor)),
    since: Math.min(...types.map(({ since }) => since)),
    until: Math.max(...types.map(({ until }) => until)),
  };
}

/** Reads `29` and `27-31`. */
function rangeOf(text: string | undefined): VersionRange {
  const [since, until] = (text ?? '').split('-');
  return { since: since ? Number(since) : oldest, until: until ? Number(until) : newest };
}

/** The minor version: 30 of `1.30`, `v1.30` and `1.30.4`; undefined if the fields of that version are not known. */
export function parseKubernetesVersion(text: string): number | undefined {
  const minor = Number(/^v?1\.(\d+)(\.\d+)?$/.exec(text)?.[1]);
  return minor >= knownVersions.oldest && minor <= knownVersions.newest ? minor : undefined;
}

/** What is said of another version. */
export const knownKubernetesVersions = `Known versions are 1.${knownVersions.oldest} to 1.${knownVersions.newest}.`;

/** What a field may hold. */
export type FieldType = ScalarType | ListType | MapType | ObjectType;

/** `any` is not checked; `bytes` are base64 in a string. */
export interface ScalarType {
  readonly is: 'any' | 'string' | 'integer' | 'number' | 'boolean' | 'quantity' | 'port' | 'bytes';
  /**
   * The only texts that are accepted.
   * @default - any
   */
  readonly words?: readonly string[];
}

export interface ListType {
  readonly is: 'list';
  readonly of: FieldType;
}

/** Any keys, and values of one type. */
export interface MapType {
  readonly is: 'map';
  readonly of: FieldType;
}

export interface ObjectType {
  readonly is: 'object';
  /** Unique name, such as `core.v1.PodSpec`. */
  readonly id: string;
  readonly fields: ReadonlyMap<string, Field>;
  readonly required: readonly string[];
  /** Whether the object may have other fields too. */
  readonly isOpen: boolean;
}

export interface Field {
  /**
   * The type in a minor version of Kubernetes; the newest one if none is stated. It is looked up when a value needs it:
   * types refer to each other in circles.
   */
  readonly type: (minor?: number) => FieldType;
  /** The minor version of Kubernetes that has the field first, and the one that has it last. */
  readonly since: number;
  readonly until: number;
}
