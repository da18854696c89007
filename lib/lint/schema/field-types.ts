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
