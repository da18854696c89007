import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { secretManifest } from './bundles/secret-manifest';
import { type SecretValues, secretProblems, shortPasswords } from './bundles/secret-values';
import { type EnvironmentSecret, environmentSecrets, secretFields } from './charts/environment-secrets';
import { minimumPasswordLength } from './data/postgres-scripts';
import { environmentProblems, soundEnvironment } from './environments/check-environment';
import { type Cluster, clusterSchema } from './environments/cluster';
import type { Environment } from './environments/environment';
import { takenTwice } from './environments/taken-twice';
import { notices } from './notices';
import { clusterObjects, environmentObjects, objectProblems } from './object-sets';
import { folderName, type OutputFile, writeFiles } from './output';
import { type Platform, platformProblems } from './platform';
import { type Problem, problemsOf, reject } from './problems';

/** What to synthesize, and where to. */
export interface SynthOptions<P extends Platform = Platform> {
  /** The platform whose contracts the objects are made of. */
  readonly platform: P;
  /** Environments to synthesize, each to files of its own. */
  readonly environments: readonly Environment<P>[];
  /** What the cluster has once. */
  readonly cluster: Cluster;
  /** Folder of the manifests, made if it is missing: `dist`. */
  readonly outdir: string;
  /** Folder of the manifests that hold secret values, made only if there are any: `secrets`. */
  readonly secretsDir: string;
  /** Values of an environment's secrets; asked for only where values are the source. */
  readonly secretValues: (environment: Environment) => SecretValues;
}

/** A file that a synth wrote. */
export interface SynthesizedFile extends OutputFile {
  /** How many objects it holds. */
  readonly objects: number;
}

/** What a synth wrote, and what it noticed. */
export interface SynthReport {
  /** Every file that was written. */
  readonly files: readonly SynthesizedFile[];
  /** What is still to be done by hand, a line each: Secrets to put, placeholders to replace. */
  readonly notices: readonly string[];
}

/**
 * Synthesizes environments to `<outdir>/<environment>.k8s.yaml` and `<outdir>/<environment>-monitoring.k8s.yaml`, and the
 * cluster to `<outdir>/cluster.k8s.yaml`.
 * Everything is made and checked before the first file is touched: a synth that fails leaves the folder as it was.
 * @throws InputError that names every problem of every environment
 */
export function synthesize<P extends Platform>(options: SynthOptions<P>): SynthReport {
  const { platform, cluster, outdir } = options;
  const environments: readonly Environment[] = options.environments;
  reject(inputProblems(platform, environments, options));
  const sets = [
    ...(cluster === 'none' ? [] : [clusterObjects(platform, cluster)]),
    ...environments.map((environment) => environmentObjects(platform, environment)),
  ];
  reject(sets.flatMap(objectProblems));
  const manifests = sets
    .flatMap(({ files }) => Object.entries(files))
    .map(([name, objects]) => manifest(outdir, name, objects));
  const secrets = environments.flatMap((environment) => secretFiles(platform, environment, options));
  const files = [...manifests, ...secrets];
  writeFiles(files, staleFiles(environments, outdir, files));
  return { files, notices: environments.flatMap((environment) => notices(platform, environment)) };
}

function inputProblems(platform: Platform, environments: readonly Environment[], options: SynthOptions): Problem[] {
  const { cluster, outdir, secretsDir } = options;
  const unsound = platformProblems(platform);
  if (unsound.length > 0) return [...unsound];
  const clusterProblems = cluster === 'none' ? [] : problemsOf(clusterSchema, cluster, 'cluster');
  const names = environments.map((environment) => soundEnvironment(platform, environment));
  return [
    ...folderProblems({ outdir, secretsDir }),
    ...clusterProblems,
    ...takenTwice(names, clusterProblems.length > 0 ? 'none' : cluster),
    ...environments.flatMap((environment) => environmentProblems(platform, environment)),
    ...environments.flatMap((environment) => valueProblems(platform, environment, options)),
  ];
}

/** An empty name of a folder would be the one that the process runs in. */
function folderProblems(folders: Readonly<Record<string, string>>): Problem[] {
  return Object.entries(folders).flatMap(([name, folder]) => problemsOf(folderName, folder, name));
}

/** Which values there have to be is known where what says so is sound. */
function valueProblems(platform: Platform, environment: Environment, options: SynthOptions): Problem[] {
  const sound = soundEnvironment(platform, environment);
  if (secretFields.some((field) => sound[field] === undefined)) return [];
  return secretsWithValues(platform, environment).flatMap(({ keys, passwords, where }) => {
    const values = options.secretValues(environment);
    return [...secretProblems(keys, values, where), ...shortPasswords(passwords, values, minimumPasswordLength, where)];
  });
}

/** Files that an earlier synth of the same environments may have left, and that this one does not write. */
function staleFiles(environments: readonly Environment[], outdir: string, files: readonly OutputFile[]): string[] {
  const written = files.map(({ path }) => path);
  return ['cluster', ...environments.flatMap(({ name }) => [name, `${name}-monitoring`])]
    .map((name) => manifestPath(outdir, name))
    .filter((path) => !written.includes(path));
}

function manifest(outdir: string, name: string, objects: readonly unknown[]): SynthesizedFile {
  const path = manifestPath(outdir, name);
  return { path, content: Yaml.stringify(...objects), objects: objects.length, secret: false };
}

function manifestPath(outdir: string, name: string): string {
  return join(outdir, `${name}.k8s.yaml`);
}

function secretFiles(platform: Platform, environment: Environment, options: SynthOptions): SynthesizedFile[] {
  return secretsWithValues(platform, environment).map((secret) => secretFile(environment, secret, options));
}

function secretFile(
  environment: Environment,
  { file, home, name, keys }: EnvironmentSecret,
  options: SynthOptions,
): SynthesizedFile {
  const content = secretManifest(home, name, keys, options.secretValues(environment));
  return { path: manifestPath(options.secretsDir, file), content, objects: 1, secret: true };
}

function secretsWithValues(platform: Platform, environment: Environment): EnvironmentSecret[] {
  return environmentSecrets(platform, environment).filter(({ source }) => source.kind === 'values');
}
