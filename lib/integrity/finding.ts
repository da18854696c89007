/** `broken` is wrong on any cluster, for anybody's YAML; `policy` is this platform's own profile. */
export type RuleClass = 'broken' | 'policy';

/** Something wrong in one place of one object. */
export interface Finding {
  readonly rule: string;
  readonly class: RuleClass;
  /** Namespace, kind and name: `veza-production Deployment/veza-chat-server`. */
  readonly object: string;
  /** Place within the object: `spec.template.spec.containers[0].env[ENV]`. */
  readonly path: string;
  /** What is wrong, with the wrong value and what exists instead. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A finding on one line, as it is printed. */
export function describeFinding({ object, path, message }: Finding): string {
  return [object, path, message].filter((part) => part !== '').join(': ');
}
