import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import type { Environment } from '../../platform/environment';
import { releaseSchema, withRelease } from '../../platform/environment';
import { schemaProblems, UsageError } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import type { SecretValues } from '../../platform/service-settings';
import { type SynthOptions, type SynthReport, synthesize } from '../../synth/synthesize';
import { folderName } from '../../synth/write-files';
import { runCommand } from '../run-command';

type Variables = Readonly<Record<string, string | undefined>>;

/** What there is to synthesize; what is made of it, the environment variables say. */
export type SynthInput<P extends Platform> = Pick<
  SynthOptions<P>,
  'platform' | 'environments' | 'cluster' | 'sourceFile'
>;

/**
 * Synthesizes as `npm run synth` does, and tells what it did. Reads VEZA_ENV (comma list of environments, default all),
 * VEZA_VERSION (release of the services, default from the environment), CDK8S_OUTDIR (default `dist`) and, where values
 * are the source of secrets, `.env.<environment>` under the process environment. Exits 1 on bad input, 2 on arguments.
 */
export function runSynth<P extends Platform>(input: SynthInput<P>): void {
  void runCommand(() => {
    refuseArguments(process.argv.slice(2));
    refuseVariables(process.env, input.environments);
    const report = synthesize({
      ...input,
      environments: selected(input.environments, process.env),
      outdir: process.env.CDK8S_OUTDIR ?? 'dist',
      secretsDir: 'secrets',
      secretValues: (environment) => secretValues(environment, process.env),
    });
    for (const line of summary(report)) console.log(line);
  });
}

function refuseArguments(args: readonly string[]): void {
  if (args.length === 0) return;
  const variables = 'VEZA_ENV, VEZA_VERSION and CDK8S_OUTDIR';
  throw new UsageError(`synth takes no arguments, got ${JSON.stringify(args)}; it reads ${variables}`);
}

/** The variables are what the synth is called with: a wrong one is wrong usage, as a wrong argument of a command is. */
function refuseVariables(variables: Variables, environments: readonly Environment[]): void {
  const { VEZA_ENV, VEZA_VERSION, CDK8S_OUTDIR } = variables;
  const known = environments.map(({ name }) => name);
  const problems = [
    ...namesIn(VEZA_ENV, known)
      .filter((name) => !known.includes(name))
      .map((name) => `VEZA_ENV: ${JSON.stringify(name)} is no environment; use one of ${known.join(', ')}`),
    ...(VEZA_VERSION === undefined ? [] : schemaProblems(releaseSchema, VEZA_VERSION, 'VEZA_VERSION')),
    ...(CDK8S_OUTDIR === undefined ? [] : schemaProblems(folderName, CDK8S_OUTDIR, 'CDK8S_OUTDIR')),
  ];
  if (problems.length > 0) throw new UsageError(...problems);
}

function namesIn(list: string | undefined, known: readonly string[]): readonly string[] {
  return list?.split(',').map((name) => name.trim()) ?? known;
}

/** The environments that VEZA_ENV names, at the release of VEZA_VERSION. */
function selected<P extends Platform>(
  environments: readonly Environment<P>[],
  { VEZA_ENV, VEZA_VERSION }: Variables,
): readonly Environment<P>[] {
  const names = namesIn(
    VEZA_ENV,
    environments.map(({ name }) => name),
  );
  return environments
    .filter(({ name }) => names.includes(name))
    .map((environment) => (VEZA_VERSION === undefined ? environment : withRelease(environment, VEZA_VERSION)));
}

/** What stands in the process environment wins over the file, so that a pipeline needs no file. */
function secretValues({ name }: Environment, variables: Variables): SecretValues {
  const file = `.env.${name}`;
  return { ...(existsSync(file) ? parse(readFileSync(file)) : {}), ...variables };
}

function summary({ files, notices }: SynthReport): string[] {
  const objects = files.reduce((sum, file) => sum + file.objects, 0);
  return [
    ...files.map((file) => `${String(file.objects).padStart(4)} objects  ${file.path}`),
    ...notices,
    `${files.length} files, ${objects} objects in ${(performance.now() / 1000).toFixed(2)} s`,
  ];
}
