import { committed, type Subject } from '../support/subjects';

/** A rule, applied. */
export interface AppliedRule {
  /** Its number. The letter is the subject: security, identity, images, reliability, network. */
  readonly id: string;
  readonly says: string;
  /** How many subjects it was asked of. */
  readonly visited: number;
  /** Where it does not hold. */
  readonly offenders: readonly string[];
  /** Those of them that are in `dist`. */
  readonly offendersInDist: readonly string[];
}

const inDist = new Set(committed.objects.map(({ object }) => object));

/** Applies a rule to subjects. */
export function rule<S extends Subject>(
  id: string,
  says: string,
  subjects: readonly S[],
  holds: (subject: S) => boolean,
): AppliedRule {
  const offenders = subjects.filter((subject) => !holds(subject));
  return {
    id,
    says,
    visited: subjects.length,
    offenders: offenders.map(({ where }) => where),
    offendersInDist: offenders.filter((subject) => inDist.has(Object(subject).object)).map(({ where }) => where),
  };
}
