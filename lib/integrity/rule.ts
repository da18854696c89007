import type { RuleClass } from './finding';
import type { RuleInputs } from './inputs';
import type { Cursor } from './manifests/cursor';
import type { ManifestSet } from './manifests/manifest-set';

/** What a rule reports: the place knows its object and path, the rule adds the words. */
export interface Problem {
  readonly at: Cursor;
  readonly message: string;
  readonly remedy: string;
}

/** One question asked of a whole set of objects. Rules are pure: the same set gives the same problems. */
export interface Rule {
  /** Unique and stable: exceptions refer to it. */
  readonly name: string;
  readonly class: RuleClass;
  readonly check: (set: ManifestSet, inputs: RuleInputs) => Iterable<Problem>;
}
