import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { type EnvironmentSecret, environmentSecrets, secretFields } from '../charts/environment-secrets';
import type { NamespaceScope } from '../constructs/kubernetes/metadata';
import { helmKeepAnnotation, platformMetadata } from '../constructs/kubernetes/metadata';
import type { Environment } from '../platform/environment';
import { environmentConflicts, soundEnvironment, validateEnvironment } from '../platform/environment-validation';
import { type Problem, schemaProblems, throwIfInvalid } from '../platform/errors';
import { type Platform, platformProblems } from '../platform/platform';
import { missingSecretValues, type SecretValues, shortPasswords } from '../platform/service-settings';
import { type Cluster, clusterSchema } from '../platform/settings/cluster';
import { minimumPasswordLength } from '../platform/settings/database';
import { notices } from './notices';
import { buildEnvironment, clusterObjects, lintProblems } from './render-environment';
import { folderName, type OutputFile, writeFiles } from './write-files';

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
 * Synthesizes each environment to `<outdir>/<environment>.k8s.yaml`, `<environment>-monitoring.k8s.yaml` and
 * `<environment>-dashboards.k8s.yaml`, and the cluster to `<outdir>/cluster.k8s.yaml`.
 * Everything is made and checked before the first file is touched: a synth that fails leaves the folder as it was.
 * @throws ValidationError that names every problem of every environment
 */
export function synthesize<P extends Platform>(options: SynthOptions<P>): SynthReport {
  const { platform, cluster, outdir } = options;
  const environments: readonly Environment[] = options.environments;
  throwIfInvalid(inputProblems(platform, environments, options));
  const sets = [
    ...(cluster === 'none' ? [] : [clusterObjects(platform, cluster)]),
    ...environments.map((environment) => buildEnvironment(platform, environment)),
  ];
  throwIfInvalid(sets.flatMap(lintProblems));
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
  const clusterProblems = cluster === 'none' ? [] : schemaProblems(clusterSchema, cluster, 'cluster');
  const names = environments.map((environment) => soundEnvironment(platform, environment));
  return [
    ...folderProblems({ outdir, secretsDir }),
    ...clusterProblems,
    ...environmentConflicts(names, clusterProblems.length > 0 ? 'none' : cluster),
    ...environments.flatMap((environment) => validateEnvironment(platform, environment)),
    ...environments.flatMap((environment) => valueProblems(platform, environment, options)),
  ];
}

/** An empty name of a folder would be the one that the process runs in. */
function folderProblems(folders: Readonly<Record<string, string>>): Problem[] {
  return Object.entries(folders).flatMap(([name, folder]) => schemaProblems(folderName, folder, name));
}

/** Which values there have to be is known where what says so is sound. */
function valueProblems(platform: Platform, environment: Environment, options: SynthOptions): Problem[] {
  const sound = soundEnvironment(platform, environment);
  if (secretFields.some((field) => sound[field] === undefined)) return [];
  return writtenSecrets(platform, environment).flatMap(({ keys, passwords, where }) => {
    const values = options.secretValues(environment);
    return [
      ...missingSecretValues(keys, values, where),
      ...shortPasswords(passwords, values, minimumPasswordLength, where),
    ];
  });
}

/** Files that an earlier synth of the same environments may have left, and that this one does not write. */
function staleFiles(environments: readonly Environment[], outdir: string, files: readonly OutputFile[]): string[] {
  const written = files.map(({ path }) => path);
  return ['cluster', ...environments.flatMap(({ name }) => [name, `${name}-monitoring`, `${name}-dashboards`])]
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
  return writtenSecrets(platform, environment).map((secret) => secretFile(environment, secret, options));
}

function secretFile(
  environment: Environment,
  { file, home, name, keys }: EnvironmentSecret,
  options: SynthOptions,
): SynthesizedFile {
  const content = secretManifest(home, name, keys, options.secretValues(environment));
  return { path: manifestPath(options.secretsDir, file), content, objects: 1, secret: true };
}

function writtenSecrets(platform: Platform, environment: Environment): EnvironmentSecret[] {
  return environmentSecrets(platform, environment).filter(({ source }) => source.kind === 'values');
}

/** A Secret with its values, as YAML. It is for a file that is never committed, and for nothing else. */
export function secretManifest(
  home: NamespaceScope,
  name: string,
  keys: readonly string[],
  values: SecretValues,
): string {
  return Yaml.stringify(
    k8s.KubeSecret.manifest({
      metadata: { ...platformMetadata(home, name), annotations: helmKeepAnnotation },
      type: 'Opaque',
      data: Object.fromEntries(keys.map((key) => [key, Buffer.from(values[key] ?? '').toString('base64')])),
    }),
  );
}
