import type { Cursor } from '../manifests/cursor';
import type { ManifestSet } from '../manifests/manifest-set';
import type { Connection } from '../platform/connection';
import type { ConnectionBudget } from '../platform/connection-budget';
import type { Exporter } from './monitoring/exporter';

/** What a rule reports: the place knows its object and path, the rule adds the words. */
export interface Violation {
  readonly at: Cursor;
  readonly message: string;
  readonly remedy: string;
}

/** One question asked of a whole set of objects. Rules are pure: the same set gives the same problems. */
export interface Rule {
  /** Unique and stable: exceptions refer to it. */
  readonly name: string;
  readonly class: RuleClass;
  readonly check: (set: ManifestSet, inputs: RuleContext) => Iterable<Violation>;
}

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
export function formatFinding({ object, path, message }: Finding): string {
  return [object, path, message].filter((part) => part !== '').join(': ');
}

/** Who may connect to whom in one namespace. */
export interface ConnectionGraph {
  /** Namespace of the workloads that the graph names. */
  readonly namespace: string;
  readonly connections: readonly Connection[];
}

/** What is known about monitoring beyond the objects. */
export interface MonitoringContext {
  /** Exporters of our own, beside those that everybody uses. */
  readonly exporters: readonly Exporter[];
  /**
   * Names of the runbooks that exist, as the last part of a `runbook_url` has them, without extension.
   * @default - not known
   */
  readonly runbooks?: readonly string[];
}

/** What rules are told beyond the objects themselves. */
export interface RuleContext {
  readonly graphs?: readonly ConnectionGraph[];
  readonly connectionBudget?: ConnectionBudget;
  readonly monitoring?: MonitoringContext;
}
