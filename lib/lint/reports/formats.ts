import { formatFinding, type RuleClass } from '../rule';
import type { LocatedFinding, Report } from './report';
import { writeSarif } from './sarif-report';

/** Writes a report for people: two lines for each finding, and a summary. */
export function writeText(report: Report): string {
  const { unknownKinds, findings } = report;
  return [
    ...findings.map((finding) => `${formatWithPosition(finding)} [${finding.rule}]\n  ${finding.remedy}`),
    ...(unknownKinds.length === 0 ? [] : [`kinds that no rule knows: ${unknownKinds.join(', ')}`]),
    summarize(report),
  ].join('\n');
}

/** One line: files, objects, and how many findings each rule and class has. */
function summarize({ files, objects, findings }: Report): string {
  const totals = [
    formatCount(files.length, 'file'),
    formatCount(objects, 'object'),
    formatCount(findings.length, 'finding'),
  ];
  if (findings.length === 0) return totals.join(', ');
  const rules = countBy(findings.map(({ rule }) => rule)).map(([rule, count]) => `${rule} ${count}`);
  const classes = countBy(findings.map((finding): RuleClass => finding.class)).map(
    ([name, count]) => `${count} ${name}`,
  );
  return `${totals.join(', ')} (${classes.join(', ')}): ${rules.join(', ')}`;
}

function formatWithPosition(finding: LocatedFinding): string {
  const { position } = finding;
  const text = formatFinding(finding);
  return position === undefined ? text : `${position.file}:${position.line}: ${text}`;
}

function countBy(names: readonly string[]): [name: string, count: number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts];
}

function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Writes a report for programs. Fields are added, but never renamed. */
function writeJson({ files, objects, unknownKinds, problems, findings }: Report): string {
  return JSON.stringify(
    { files: files.length, objects, unknownKinds, notChecked: problems, findings: findings.map(toRow) },
    null,
    2,
  );
}

function toRow({ rule, class: ruleClass, object, path, position, message, remedy }: LocatedFinding): object {
  return { rule, class: ruleClass, object, path, ...position, message, remedy };
}

const commands: Readonly<Record<RuleClass, string>> = { broken: 'error', note: 'notice', policy: 'warning' };

/**
 * Writes a report as commands of a GitHub workflow, which shows each finding at its line.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function writeGithub(report: Report): string {
  const notChecked = report.problems.map((problem) => `::warning title=not checked::${escapeData(problem)}`);
  return [...notChecked, ...report.findings.map(toCommand), summarize(report)].join('\n');
}

function toCommand(finding: LocatedFinding): string {
  const { position, rule, remedy } = finding;
  const place = position && { file: position.file, line: position.line, col: position.column };
  const properties = Object.entries({ ...place, title: rule }).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  const message = escapeData(`${formatFinding(finding)}\n${remedy}`);
  return `::${commands[finding.class]} ${properties.join(',')}::${message}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(value: string | number): string {
  return escapeData(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

export const reportWriters = {
  text: writeText,
  json: writeJson,
  sarif: writeSarif,
  github: writeGithub,
} as const satisfies Readonly<Record<string, (report: Report) => string>>;

export type ReportFormat = keyof typeof reportWriters;

/** Names of the formats, the default first. */
export const reportFormats = Object.keys(reportWriters) as readonly ReportFormat[];
