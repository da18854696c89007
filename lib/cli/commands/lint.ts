import { type Command, InvalidArgumentError, Option } from 'commander';
import { lintSet } from '../../lint/lint-manifests';
import { type Finding, formatFinding } from '../../lint/rule';
import { knownVersions } from '../../lint/schema/kubernetes-types';
import { ManifestSet } from '../../manifests/manifest-set';
import { type Reading, readManifests } from '../../manifests/read-manifests';
import { type Assumption, parseAssumption } from '../../manifests/unknown-objects';
import { OperationError, UsageError } from '../../platform/errors';
import { addExamples, collect, type Format, formatOption } from '../arguments';
import { print, printError, type System } from '../system';

interface LintOptions {
  readonly policy?: boolean;
  readonly strict?: boolean;
  readonly format: Format;
  readonly assume: readonly Assumption[];
  readonly kubernetes?: number;
}

/** Adds `veza lint`. */
export function addLintCommand(program: Command, system: System): void {
  const command = program
    .command('lint')
    .description('Check Kubernetes manifests for errors, all files as one set.')
    .argument('<path...>', 'files and folders of manifests')
    .option('--policy', "check the platform's own profile too")
    .option('--strict', 'exit with 2 if any document cannot be checked')
    .addOption(formatOption())
    .addOption(
      new Option('--kubernetes <version>', 'version of the cluster, such as 1.30; without it, any version').argParser(
        parseKubernetesVersion,
      ),
    )
    .addOption(
      new Option('--assume <object>', 'object outside the set, such as Secret/shop/database/password; repeatable')
        .argParser(collect(parseAssumption))
        .default([], 'none'),
    )
    .addHelpText('after', '\nExit status: 0 no finding, 1 findings, 2 wrong arguments, or nothing to check.')
    .action((paths: readonly string[], options: LintOptions) => {
      const { findings, text } = lint(system, paths, options);
      print(system, text);
      if (findings > 0) throw new OperationError([]);
    });
  addExamples(command, 'lint k8s/', 'lint k8s/ --policy --assume Secret/shop/db-password/password');
}

/** The minor version: 30 of `1.30`, `v1.30` and `1.30.4`. */
function parseKubernetesVersion(text: string): number {
  const { oldest, newest } = knownVersions;
  const minor = Number(/^v?1\.(\d+)(\.\d+)?$/.exec(text)?.[1]);
  if (minor >= oldest && minor <= newest) return minor;
  throw new InvalidArgumentError(`The fields of 1.${oldest} to 1.${newest} are known.`);
}

/** @throws UsageError that names everything that cannot be read, if nothing else is left to check */
function lint(
  system: System,
  paths: readonly string[],
  { policy = false, strict = false, format, assume, kubernetes }: LintOptions,
): { findings: number; text: string } {
  const reading = readManifests(paths);
  const isRefused = strict || reading.missing.length > 0 || reading.objects.length === 0;
  if (isRefused && reading.problems.length > 0) throw new UsageError(...reading.problems);
  for (const problem of reading.problems) printError(system, `not checked: ${problem}`);
  const set = new ManifestSet(reading.objects, assume);
  const findings = lintSet(set, { policy, duplicateKeys: reading.duplicateKeys, kubernetes });
  const text = format === 'json' ? asJson(reading, set, findings) : asText(reading, set, findings);
  return { findings: findings.length, text };
}

function asJson({ files }: Reading, set: ManifestSet, findings: readonly Finding[]): string {
  const objects = set.objects.length;
  return JSON.stringify({ files: files.length, objects, unknownKinds: set.unknown.types, findings }, null, 2);
}

function asText({ files }: Reading, set: ManifestSet, findings: readonly Finding[]): string {
  const { types } = set.unknown;
  return [
    ...findings.map((finding) => `${formatFinding(finding)}\n  ${finding.remedy}`),
    ...(types.length === 0 ? [] : [`kinds that no rule knows: ${types.join(', ')}`]),
    [counted(files.length, 'file'), counted(set.objects.length, 'object'), counted(findings.length, 'finding')].join(
      ', ',
    ),
  ].join('\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
