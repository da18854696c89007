import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import type { SecretValues } from '../bundles/secret-values';
import type { Environment } from '../environments/environment';
import { atRelease, releaseSchema } from '../environments/release';
import type { Platform } from '../platform';
import { problemsOf, reject, UsageError } from '../problems';
import { type SynthOptions, type SynthReport, synthesize } from '../synth';
import { run } from './run';

type Variables = Readonly<Record<string, string | undefined>>;

/** What there is to synthesize; what is made of it, the environment variables say. */
export type SynthInput<P extends Platform> = Pick<SynthOptions<P>, 'platform' | 'environments' | 'cluster'>;

/**
 * Synthesizes as `npm run synth` does, and tells what it did. Reads VEZA_ENV (comma list of environments, default all),
 * VEZA_VERSION (release of the services, default from the environment), CDK8S_OUTDIR (default `dist`) and, where values
 * are the source of secrets, `.env.<environment>` under the process environment. Exits 1 on bad input, 2 on arguments.
 */
export function runSynth<P extends Platform>(input: SynthInput<P>): void {
  void run(() => {
    refuseArguments(process.argv.slice(2));
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

/** The environments that VEZA_ENV names, at the release of VEZA_VERSION. */
function selected<P extends Platform>(
  environments: readonly Environment<P>[],
  { VEZA_ENV, VEZA_VERSION }: Variables,
): readonly Environment<P>[] {
  const known = environments.map(({ name }) => name);
  const names = VEZA_ENV?.split(',').map((name) => name.trim()) ?? known;
  const unknown = names.filter((name) => !known.includes(name));
  reject([
    ...unknown.map((name) => `VEZA_ENV: ${JSON.stringify(name)}: no such environment; there are ${known.join(', ')}`),
    ...(VEZA_VERSION === undefined ? [] : problemsOf(releaseSchema, VEZA_VERSION, 'VEZA_VERSION')),
  ]);
  return environments
    .filter(({ name }) => names.includes(name))
    .map((environment) => (VEZA_VERSION === undefined ? environment : atRelease(environment, VEZA_VERSION)));
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
