import type { ManifestSet } from '../../manifests/manifest-set';
import type { Reading } from '../../manifests/read-manifests';
import { type Position, sourcePositions } from '../../manifests/source-positions';
import type { Finding } from '../rule';

/** A finding, and where the field stands that it is about. */
export interface LocatedFinding extends Finding {
  /** Undefined where the finding is about something that no file states. */
  readonly position: Position | undefined;
}

/** What a check of files found, before it is written in one of the formats. */
export interface Report {
  readonly files: readonly string[];
  /** Number of objects that were checked. */
  readonly objects: number;
  /** Kinds that no rule knows. */
  readonly unknownKinds: readonly string[];
  /** What could not be read, as `file:line:column: reason`. */
  readonly problems: readonly string[];
  readonly findings: readonly LocatedFinding[];
}

/** Adds to the findings where they stand in the files. */
export function createReport(reading: Reading, set: ManifestSet, findings: readonly Finding[]): Report {
  const positions = sourcePositions(
    reading,
    findings.map(({ at }) => at),
  );
  return {
    files: reading.files,
    objects: set.objects.length,
    unknownKinds: set.unknown.types,
    problems: reading.problems,
    findings: findings.map((finding) => ({ ...finding, position: positions.get(finding.at) })),
  };
}
