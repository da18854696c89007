/** Labels or annotations of an object. */
export type Names = Readonly<Record<string, string>>;

/** Fields of an object or of a part of it, whatever they are. */
export type Fields = Readonly<Record<string, unknown>>;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** The fields of an object that one manager owns. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: Fields;
  readonly subresource?: string;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Names;
  readonly annotations?: Names;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFields[];
  readonly finalizers?: readonly string[];
}

/** An object as the API stores it. It is never changed in place: a change is a new object. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly data?: Names;
  readonly type?: string;
}

/** Whether a value has fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two values are equal, in whatever order their fields are. */
export function same(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((element, index) => same(element, right[index]))
    );
  }
  if (isFields(left)) {
    if (!isFields(right)) return false;
    return (
      Object.keys(left).every((key) => same(left[key], right[key])) &&
      Object.keys(right).every((key) => key in left || right[key] === undefined)
    );
  }
  return false;
}

/** Whether an object has some labels. */
export function hasLabels({ metadata }: Pick<KubeObject, 'metadata'>, asked: Names): boolean {
  return Object.entries(asked).every(([name, value]) => metadata.labels?.[name] === value);
}

/** The reference of an object to its controller. */
export function ownedBy(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true };
}

/** Whether an object is owned by another. */
export function isOwnedBy({ metadata }: KubeObject, owner: KubeObject): boolean {
  return metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}
