import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ManifestSet } from '../manifests/manifest-set';
import type { Reading } from '../manifests/read-manifests';
import { findSourcePositions, type Position } from '../manifests/source-positions';
import { type Finding, formatFinding, type Rule, type RuleClass } from './rule';
import { rules } from './rules';

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
  const positions = findSourcePositions(
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

const levels: Readonly<Record<RuleClass, string>> = { broken: 'error', note: 'note', policy: 'warning' };

/**
 * Writes a report as SARIF 2.1.0, which code scanning services read.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function writeSarif({ findings, problems }: Report): string {
  const run = {
    tool: { driver: { name: 'veza lint', rules: rules.map(toDescriptor) } },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: problems.map((text) => ({ level: 'warning', message: { text } })),
      },
    ],
    results: findings.map(toResult),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return JSON.stringify(log, null, 2);
}

function toDescriptor({ name, class: ruleClass, finds, why, fix }: Rule): object {
  return {
    id: name,
    shortDescription: { text: finds },
    fullDescription: { text: `${finds} ${why}` },
    help: { text: `${why} ${fix}`, markdown: `**Why:** ${why}\n\n**Fix:** ${fix}` },
    defaultConfiguration: { level: levels[ruleClass] },
    properties: { class: ruleClass },
  };
}

function toResult(finding: LocatedFinding): object {
  const { rule, class: ruleClass, object, path, remedy } = finding;
  const ruleIndex = rules.findIndex(({ name }) => name === rule);
  return {
    ruleId: rule,
    // Findings about exceptions come from no rule.
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: levels[ruleClass],
    message: { text: `${formatFinding(finding)}\n${remedy}` },
    locations: [
      {
        ...physicalLocation(finding),
        logicalLocations: [{ fullyQualifiedName: path === '' ? object : `${object}: ${path}`, kind: 'resource' }],
      },
    ],
  };
}

function physicalLocation({ position }: LocatedFinding): object {
  if (position === undefined) return {};
  const { file, line, column } = position;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column },
    },
  };
}

/** Relative to the working directory, where the file was named so. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.split(sep).map(encodeURIComponent).join('/');
}
