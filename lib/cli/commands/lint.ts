import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { findConfiguration, type LintConfiguration, readConfiguration } from '../../lint/lint-configuration';
import { lintSet } from '../../lint/lint-manifests';
import { createReport, type Report, type ReportFormat, reportFormats, reportWriters } from '../../lint/reports';
import { explainRule } from '../../lint/rule';
import { describeUnknownRule, findRule } from '../../lint/rules';
import { knownKubernetesVersions, parseKubernetesVersion } from '../../lint/schema/kubernetes-types';
import { ManifestSet } from '../../manifests/manifest-set';
import { includesStandardInput, isKustomizeInput, readManifests } from '../../manifests/read-manifests';
import { parseAssumption } from '../../manifests/unknown-objects';
import { OperationError, UsageError } from '../../platform/errors';
import { addExamples, collect } from '../arguments';
import { print, printError, type System } from '../system';

/** What the arguments state; the configuration file applies to what they leave open. */
interface LintArguments extends Omit<LintConfiguration, 'assume' | 'exceptions'> {
  readonly assume: readonly string[];
  readonly config?: string;
  readonly explain?: string;
}

const kustomizeNote =
  'not checked: what kustomize may add. Check its output as well: kubectl kustomize <folder> | veza lint -';

export function addLintCommand(program: Command, system: System): void {
  const command = program
    .command('lint')
    .description('Check Kubernetes manifests for errors, all files as one set.')
    .argument('[path...]', 'files and folders of manifests; - reads the standard input')
    .option('--policy', "check the platform's own profile too")
    .option('--strict', 'exit with 2 if any document cannot be checked')
    .addOption(new Option('--rules <names>', 'check only these rules, separated by commas').argParser(parseRuleNames))
    .addOption(new Option('--skip <names>', 'leave these rules out, separated by commas').argParser(parseRuleNames))
    .addOption(createLintFormatOption())
    .addOption(
      new Option('--kubernetes <version>', 'version of the cluster, such as 1.30; without it, any version').argParser(
        parseVersion,
      ),
    )
    .addOption(
      new Option('--assume <object>', 'object outside the set, such as Secret/shop/database/password; repeatable')
        .argParser(collect(checkAssumption))
        .default([], 'none'),
    )
    .option('--config <file>', 'configuration file (default: .veza-lint.yaml here or in a folder above)')
    .option('--explain <rule>', 'print what a rule finds, why, and how to fix it')
    .addHelpText('after', '\nExit status: 0 no finding, 1 findings, 2 wrong arguments, or nothing to check.')
    .action(async (paths: readonly string[], options: LintArguments) => {
      if (options.explain !== undefined) return print(system, explain(options.explain));
      if (paths.length === 0) command.error("error: missing required argument 'path'");
      const { failures, text } = await lint(system, paths, options);
      print(system, text);
      if (failures > 0) throw new OperationError([]);
    });
  addExamples(
    command,
    'lint k8s/',
    'lint k8s/ --policy --assume Secret/shop/db-password/password',
    'lint k8s/ --rules dangling-keys,service-ports --format sarif',
    'lint --explain dangling-keys',
    'lint -   # as in: kubectl kustomize overlays/production | npx veza lint -',
  );
}

function parseVersion(text: string): number {
  const minor = parseKubernetesVersion(text);
  if (minor === undefined) throw new InvalidArgumentError(knownKubernetesVersions);
  return minor;
}

/** @throws UsageError that names everything that cannot be read, if nothing else is left to check */
async function lint(
  system: System,
  paths: readonly string[],
  { config, assume, ...stated }: LintArguments,
): Promise<{ failures: number; text: string }> {
  const file = config ?? findConfiguration(resolve());
  const configuration = file === undefined ? {} : readConfiguration(file);
  const options = { ...configuration, ...stated, assume: [...(configuration.assume ?? []), ...assume] };
  const report = await check(system, paths, options);
  const failures = report.findings.filter((finding) => finding.class !== 'note');
  return { failures: failures.length, text: reportWriters[options.format ?? 'text'](report) };
}

async function check(system: System, paths: readonly string[], options: LintConfiguration): Promise<Report> {
  const stdin = includesStandardInput(paths) ? await buffer(system.stdin) : undefined;
  const reading = readManifests(paths, stdin);
  const isRefused = options.strict || reading.missing.length > 0 || reading.objects.length === 0;
  if (isRefused && reading.problems.length > 0) throw new UsageError(...reading.problems);
  for (const problem of reading.problems) printError(system, `not checked: ${problem}`);
  const set = new ManifestSet(reading.objects, options.assume?.map(parseAssumption), {
    isKustomizeInput: isKustomizeInput(reading),
    fileOf: (object) => reading.sources.get(object)?.file,
  });
  if (set.isKustomizeInput) printError(system, kustomizeNote);
  const findings = lintSet(set, {
    ...options,
    policy: options.policy ?? false,
    duplicateKeys: reading.duplicateKeys,
  });
  return createReport(reading, set, findings);
}

/** @throws UsageError if there is no such rule, with the nearest name */
function explain(name: string): string {
  const rule = findRule(name);
  if (rule === undefined) throw new UsageError(...describeUnknownRule(name));
  return explainRule(rule);
}

function createLintFormatOption(): Option {
  const option = new Option('--format <format>', 'how findings are written (default: "text")').argParser(parseFormat);
  // Commander's own choices would replace the parser; these are what --help shows.
  option.argChoices = [...reportFormats];
  return option;
}

/** The former name of `text` is still understood. */
function parseFormat(text: string): ReportFormat {
  const format = reportFormats.find((name) => name === (text === 'human' ? 'text' : text));
  if (format === undefined) throw new InvalidArgumentError(`Allowed choices are ${reportFormats.join(', ')}.`);
  return format;
}

/** @throws UsageError that names every rule that does not exist */
function parseRuleNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const problems = names.flatMap(describeUnknownRule);
  if (problems.length > 0) throw new UsageError(...problems);
  return names;
}

function checkAssumption(text: string): string {
  parseAssumption(text);
  return text;
}
