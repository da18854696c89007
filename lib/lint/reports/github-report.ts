import { formatFinding, type RuleClass } from '../rule';
import type { LocatedFinding, Report } from './report';
import { summarize } from './text-report';

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
