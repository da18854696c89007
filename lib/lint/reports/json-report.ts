import type { LocatedFinding, Report } from './report';

/** Writes a report for programs. Fields are added, but never renamed. */
export function writeJson({ files, objects, unknownKinds, problems, findings }: Report): string {
  return JSON.stringify(
    { files: files.length, objects, unknownKinds, notChecked: problems, findings: findings.map(toRow) },
    null,
    2,
  );
}

function toRow({ rule, class: ruleClass, object, path, position, message, remedy }: LocatedFinding): object {
  return { rule, class: ruleClass, object, path, ...position, message, remedy };
}
