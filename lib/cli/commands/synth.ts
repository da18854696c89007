import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse } from 'dotenv';
import type { Environment } from '../../platform/environment';
import { findSchemaProblems, type Problem, UsageError } from '../../platform/errors';
import { hasDigest, readReleaseTag, releaseSchema, setRelease } from '../../platform/release';
import type { SecretValues } from '../../platform/service-settings';
import { folderName } from '../../synth/manifest-files';
import { type Measure, type SynthReport, synthesize } from '../../synth/synthesize';
import type { VezaProject } from '../arguments';
import { print, type System } from '../system';
import { Timings } from '../timings';

type Variables = System['variables'];

/** Adds `veza synth`, which is also what runs without a command. */
export function addSynthCommand(program: Command, project: VezaProject, system: System): void {
  program
    .command('synth')
    .description('Write the manifests of every environment to dist/.')
    .option('--changes', 'print the objects that changed instead of the files')
    .option('--watch', 'synthesize again whenever a source file changes, and print the changes')
    .option('--timings', 'print where the time went')
    .addHelpText(
      'after',
      `
Environment variables:
  VEZA_ENV      environments to synthesize, separated by commas (default: all)
  VEZA_VERSION  release of every service, such as v1.2.3 (default: what the environment states)
  CDK8S_OUTDIR  folder of the manifests (default: dist)
  VEZA_PREVIEW  name of a preview environment that is added to the others, such as pr-123
Where an environment takes its secrets from values, these are read from .env.<environment> and from environment variables,
which take precedence.

Examples:
  VEZA_ENV=staging VEZA_VERSION=v1.2.3 npx veza synth
  npx veza synth --watch`,
    )
    .action((options: SynthCommandOptions) => runSynth(project, system, options));
}

interface SynthCommandOptions {
  readonly changes?: boolean;
  readonly watch?: boolean;
  readonly timings?: boolean;
}

/** The launcher runs a watch itself, as `--changes` after every change, if it can. */
const watchProblem =
  '--watch works only with npx veza, and with esbuild next to the file that calls runVeza: npm install --save-dev esbuild';

function runSynth(
  project: VezaProject,
  system: System,
  { changes, watch, timings: showsTimings }: SynthCommandOptions,
) {
  if (watch) throw new UsageError(watchProblem);
  const timings = new Timings(system.clock, system.partsOfStart());
  const report = synth(project, system.variables, timings.measure);
  const lines = changes ? formatChanges(report, timings.total()) : formatReport(report, timings.total());
  for (const line of lines) print(system, line);
  if (showsTimings) for (const line of timings.lines()) print(system, line);
}

/** Writes the manifests of one environment, at the releases that it has, to `dist`. */
export function synthesizeOne(project: VezaProject, environment: Environment, variables: Variables): void {
  synthesize({
    ...project,
    environments: [environment],
    partial: true,
    outdir: 'dist',
    secretsDir: 'secrets',
    secretValues: () => readSecretValues(environment, variables),
  });
}

function synth(project: VezaProject, variables: Variables, measure: Measure): SynthReport {
  refuseVariables(variables, project.environments);
  return synthesize({
    ...project,
    environments: selectEnvironments(project.environments, variables),
    partial: variables.VEZA_ENV !== undefined,
    measure,
    outdir: variables.CDK8S_OUTDIR ?? 'dist',
    secretsDir: 'secrets',
    secretValues: (environment) => readSecretValues(environment, variables),
  });
}

/** The variables are the arguments of the synth: a wrong one is wrong usage. */
function refuseVariables(variables: Variables, environments: readonly Environment[]): void {
  const { VEZA_ENV, VEZA_VERSION, CDK8S_OUTDIR } = variables;
  const known = environments.map(({ name }) => name);
  const problems = [
    ...listNames(VEZA_ENV, known)
      .filter((name) => !known.includes(name))
      .map((name) => `VEZA_ENV: ${JSON.stringify(name)} is not an environment; use one of ${known.join(', ')}`),
    ...(VEZA_VERSION === undefined ? [] : findVersionProblems(VEZA_VERSION)),
    ...(CDK8S_OUTDIR === undefined ? [] : findSchemaProblems(folderName, CDK8S_OUTDIR, 'CDK8S_OUTDIR')),
  ];
  if (problems.length > 0) throw new UsageError(...problems);
}

/** The variable is the release of every service, and a digest is that of one image. */
function findVersionProblems(release: string): Problem[] {
  const problems = findSchemaProblems(releaseSchema, release, 'VEZA_VERSION');
  if (problems.length > 0 || !hasDigest(release)) return problems;
  return [
    `VEZA_VERSION: ${JSON.stringify(release)} has the digest of one image; use ${readReleaseTag(release)}, or state digests in ` +
      "the environment's releases",
  ];
}

function listNames(list: string | undefined, known: readonly string[]): readonly string[] {
  return list?.split(',').map((name) => name.trim()) ?? known;
}

/** The environments that VEZA_ENV names, at the release of VEZA_VERSION. */
function selectEnvironments(
  environments: readonly Environment[],
  { VEZA_ENV, VEZA_VERSION }: Variables,
): readonly Environment[] {
  const names = listNames(
    VEZA_ENV,
    environments.map(({ name }) => name),
  );
  return environments
    .filter(({ name }) => names.includes(name))
    .map((environment) => (VEZA_VERSION === undefined ? environment : setRelease(environment, VEZA_VERSION)));
}

/** The process environment takes precedence over the file, so that a pipeline needs no file. */
function readSecretValues({ name }: Environment, variables: Variables): SecretValues {
  const file = `.env.${name}`;
  return { ...(existsSync(file) ? parse(readFileSync(file)) : {}), ...variables };
}

function formatReport({ files, notices }: SynthReport, milliseconds: number): string[] {
  const objects = files.reduce((sum, file) => sum + file.objects, 0);
  return [
    ...files.map((file) => `${String(file.objects).padStart(4)} objects  ${file.path}`),
    ...notices,
    `${files.length} files, ${objects} objects in ${(milliseconds / 1000).toFixed(2)} s`,
  ];
}

/** A line for each object that changed, and how many did. */
function formatChanges({ changes, files }: SynthReport, milliseconds: number): string[] {
  const written = new Set(changes.map(({ path }) => path)).size;
  const summary =
    changes.length === 0
      ? `no object changed in ${formatCount(files.length, 'file')}`
      : `${formatCount(changes.length, 'object')} changed in ${formatCount(written, 'file')}`;
  return [
    ...changes.map(({ change, object, path }) => `${change.padEnd('changed'.length)}  ${object}  ${path}`),
    `${summary}, ${(milliseconds / 1000).toFixed(2)} s`,
  ];
}

function formatCount(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
