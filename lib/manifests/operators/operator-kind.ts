/**
 * What the controller of a custom kind makes for each object of it.
 * Texts are templates; `template.ts` says how they are expanded from the object.
 */
export interface OperatorKind {
  readonly kind: string;
  readonly group: string;
  /** @default - namespaced */
  readonly isClusterScoped?: boolean;
  /** Page or source file that states what is made. */
  readonly source: string;
  /** @default - nothing */
  readonly makes?: readonly MadeObject[];
  /** Pods of which the object states no template. @default - none */
  readonly pods?: readonly MadePods[];
  /** Where the object itself states a pod template. @default - nowhere */
  readonly podTemplate?: StatedTemplate;
  /** It also makes Services and pods that this table does not know, so references that mention an object of the kind may be valid. */
  readonly isOpen?: boolean;
}

/** An object that a controller makes. */
export interface MadeObject {
  /** `Secret`, `Service`, `Deployment.apps`; see `typeOf`. */
  readonly type: string;
  /** A part that is `#` stands for any number: `{name}-#` for the claims of the pods. */
  readonly name: string;
  /** Conditions under which it is made. @default - always */
  readonly when?: readonly string[];
  /** Keys of a ConfigMap or Secret. @default - none */
  readonly keys?: readonly string[];
  /** Whether a ConfigMap or Secret may have other keys too. */
  readonly hasUnknownKeys?: boolean;
  /** Ports of a Service as `name:number`, either of which may be empty. @default - unknown */
  readonly ports?: readonly string[];
  /** Labels of a Service; `*` stands for any value. @default - unknown */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether it may be in any namespace, not just that of the object. */
  readonly isAnywhere?: boolean;
}

/** Pods that a controller makes. */
export interface MadePods {
  /** Labels that they have; `*` stands for any value. */
  readonly labels: Readonly<Record<string, string>>;
  /** Paths of the object, as in templates, at which it states other labels of its pods. */
  readonly labelsFrom?: readonly string[];
  /** Ports as `name:number`. @default - unknown */
  readonly ports?: readonly string[];
  readonly when?: readonly string[];
  readonly isAnywhere?: boolean;
  /** Whether they are pods of Jobs, which serve nothing. */
  readonly runsToCompletion?: boolean;
}

/** A pod template that a custom object states. */
export interface StatedTemplate {
  readonly path: readonly string[];
  /** Labels that the controller adds. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether the controller adds containers, and so ports. */
  readonly hasUnknownPorts?: boolean;
}

/**
 * Kinds of a group whose controllers make nothing that other objects refer to.
 * @param kinds their names, with spaces between them
 */
export function listInertKinds(group: string, source: string, kinds: string, isClusterScoped = false): OperatorKind[] {
  return kinds.split(' ').map((kind) => ({ kind, group, source, isClusterScoped }));
}
