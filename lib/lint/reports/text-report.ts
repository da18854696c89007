import { formatFinding, type RuleClass } from '../rule';
import type { LocatedFinding, Report } from './report';

/** Writes a report for people: two lines for each finding, and a summary. */
export function writeText(report: Report): string {
  const { unknownKinds, findings } = report;
  return [
    ...findings.map((finding) => `${placed(finding)} [${finding.rule}]\n  ${finding.remedy}`),
    ...(unknownKinds.length === 0 ? [] : [`kinds that no rule knows: ${unknownKinds.join(', ')}`]),
    summarize(report),
  ].join('\n');
}

/** One line: files, objects, and how many findings each rule and class has. */
export function summarize({ files, objects, findings }: Report): string {
  const totals = [counted(files.length, 'file'), counted(objects, 'object'), counted(findings.length, 'finding')];
  if (findings.length === 0) return totals.join(', ');
  const rules = countBy(findings.map(({ rule }) => rule)).map(([rule, count]) => `${rule} ${count}`);
  const classes = countBy(findings.map((finding): RuleClass => finding.class)).map(
    ([name, count]) => `${count} ${name}`,
  );
  return `${totals.join(', ')} (${classes.join(', ')}): ${rules.join(', ')}`;
}

function placed(finding: LocatedFinding): string {
  const { position } = finding;
  const text = formatFinding(finding);
  return position === undefined ? text : `${position.file}:${position.line}: ${text}`;
}

function countBy(names: readonly string[]): [name: string, count: number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
