import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatFinding, type Rule, type RuleClass } from '../rule';
import { rules } from '../rules';
import type { LocatedFinding, Report } from './report';

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
