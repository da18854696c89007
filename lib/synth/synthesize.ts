import type { Environment } from '../platform/environment';
import { findEnvironmentConflicts } from '../platform/environment-conflicts';
import { pickValidEnvironmentFields, ValidEnvironment } from '../platform/environment-validation';
import { findSchemaProblems, type Problem, throwIfInvalid } from '../platform/errors';
import { findPlatformProblems, type Platform } from '../platform/platform';
import type { SecretValues } from '../platform/service-settings';
import { allGitOpsTools, type GitOpsSource } from '../platform/settings/deployment';
import { type Cluster, clusterSchema } from '../platform/settings/kubernetes';
import { writeManifest } from '../platform/yaml';
import { namePossibleFiles } from './environment-charts';
import { findGitOpsProblems, listStaleGitOpsFiles, makeGitOpsOutput, type SourcedFiles } from './gitops';
import {
  folderName,
  formatFirstLine,
  formatManifestPath,
  type OutputFile,
  readIfPresent,
  type SynthesizedFile,
  writeFiles,
} from './manifest-files';
import { listNotices } from './notices';
import { listObjectChanges, type ObjectChange } from './object-changes';
import { buildCluster, buildValidEnvironment, type ChartOutput, lintOutput, mergeFiles } from './render-environment';
import { findSecretValueProblems, makeSecretFiles } from './secret-files';

/** What to synthesize, and where to write it. */
export interface SynthOptions<P extends Platform = Platform> {
  /** Platform whose contracts the objects are derived from. */
  readonly platform: P;
  /** Environments to synthesize, each to files of its own. */
  readonly environments: readonly Environment<P>[];
  /** What the cluster has once. */
  readonly cluster: Cluster;
  /** Folder of the manifests, made if it is missing: `dist`. */
  readonly outdir: string;
  /** Folder of the manifests that hold secret values, made only if there are any: `secrets`. */
  readonly secretsDir: string;
  /** Reads the values of an environment's secrets; called only where values are the source. */
  readonly secretValues: (environment: Environment) => SecretValues;
  /**
   * Path of the source of an environment, or of `cluster`, for the first line of its manifests.
   * @default - the first line names no file
   */
  readonly sourceFile?: (name: string) => string;
  /**
   * Where a GitOps tool reads the manifests; its objects are written to `gitops`. Needed where an environment is delivered by
   * `argo-cd` or `flux`.
   * @default - no GitOps tool
   */
  readonly gitops?: GitOpsSource;
  /** Whether environments of the platform are left out. What covers all of them is not written then. @default false */
  readonly partial?: boolean;
  /** Called with each part of the work, to say where the time goes. @default - the part is done and not measured */
  readonly measure?: Measure;
}

/** Does a part of the work, which has a name such as `lint staging`, and returns what it returns. */
export type Measure = <T>(part: string, work: () => T) => T;

/** Files that a synth wrote, and its notices. */
export interface SynthReport {
  /** Every file that was written. */
  readonly files: readonly SynthesizedFile[];
  /** Objects that differ from those in the files that were there before. */
  readonly changes: readonly ObjectChange[];
  /** What is still to be done by hand, a line each: Secrets to create, placeholders to replace. */
  readonly notices: readonly string[];
}

/**
 * Writes the manifests of the cluster and of each environment, one file for each part.
 *
 * The files are `cluster.k8s.yaml`, `<environment>.k8s.yaml`, `<environment>-edge.k8s.yaml`, `<environment>-monitoring.k8s.yaml`,
 * `<environment>-logs.k8s.yaml`, `<environment>.dashboards.k8s.yaml` and `<environment>.admission.k8s.yaml`. Everything is
 * validated and linted before the first file is written: a synth that
 * fails leaves the folder unchanged.
 * @throws ValidationError that names every problem of every environment
 */
export function synthesize<P extends Platform>(options: SynthOptions<P>): SynthReport {
  const { platform, secretsDir, measure = doUnmeasured } = options;
  const environments = measure('validate contracts and environments', () => validateEnvironments(options));
  const outputs = synthesizeSources(options, environments);
  throwIfInvalid(outputs.flatMap(({ problems }) => problems));
  const secrets = environments.flatMap(({ environment }) =>
    makeSecretFiles(platform, environment, options.secretValues(environment)).map(({ name, content }) => ({
      path: formatManifestPath(secretsDir, name),
      content,
      objects: 1,
      secret: true,
    })),
  );
  const files = [...outputs.flatMap(({ manifests }) => manifests), ...makeGitOpsOutput(options, outputs), ...secrets];
  const stale = [...listStaleFiles(environments, options.outdir, files), ...listStaleGitOpsFiles(options, files)];
  const { changes, changed } = measure('compare with the files before', () => compareFiles(files, stale));
  measure('write files', () => writeFiles(changed, stale));
  return { files, changes, notices: environments.flatMap(({ environment }) => listNotices(platform, environment)) };
}

function doUnmeasured<T>(_part: string, work: () => T): T {
  return work();
}

/** Reads one file after the other: what changes in which objects, and the files that are to be written. */
function compareFiles(files: readonly OutputFile[], stale: readonly string[]) {
  const changes: ObjectChange[] = [];
  const changed = files.filter(({ path, content, secret }) => {
    const before = readIfPresent(path);
    changes.push(...listObjectChanges({ path, before, after: content }));
    // The mode of a secret one may be wrong.
    return secret || before !== content;
  });
  for (const path of stale) changes.push(...listObjectChanges({ path, before: readIfPresent(path), after: '' }));
  return { changes, changed };
}

/** What is kept of the cluster or of an environment once its objects are text: many of them take much memory. */
interface SynthesizedSource extends SourcedFiles {
  readonly problems: readonly Problem[];
  readonly manifests: readonly SynthesizedFile[];
}

function synthesizeSources(options: SynthOptions, environments: readonly ValidEnvironment[]): SynthesizedSource[] {
  const { platform, cluster, gitops } = options;
  return [
    ...(cluster === 'none'
      ? []
      : [synthesizeSource(options, 'cluster', () => buildCluster(platform, cluster, gitops && allGitOpsTools))]),
    ...environments.map((valid) =>
      synthesizeSource(options, valid.environment.name, () => buildValidEnvironment(valid)),
    ),
  ];
}

function synthesizeSource(options: SynthOptions, source: string, build: () => ChartOutput): SynthesizedSource {
  const { measure = doUnmeasured } = options;
  const output = measure(`build ${source}`, build);
  return {
    source,
    files: options.gitops === undefined ? {} : identities(mergeFiles(output)),
    problems: measure(`lint ${source}`, () => lintOutput(output)),
    manifests: measure(`write the YAML of ${source}`, () => makeManifestFiles(options, source, output)),
  };
}

/** What a GitOps tool is to know of the objects. */
function identities(files: ChartOutput['files']): ChartOutput['files'] {
  return Object.fromEntries(
    Object.entries(files).map(([file, objects]) => [
      file,
      objects.map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
        apiVersion,
        kind,
        metadata: { name, namespace },
      })),
    ]),
  );
}

function makeManifestFiles(
  { outdir, sourceFile }: SynthOptions,
  source: string,
  output: ChartOutput,
): SynthesizedFile[] {
  const header = formatFirstLine(sourceFile?.(source));
  return Object.entries(mergeFiles(output)).map(([name, objects]) => ({
    path: formatManifestPath(outdir, name),
    content: header + writeManifest(objects),
    objects: objects.length,
    secret: false,
  }));
}

/**
 * Validates everything that a synth is given, each environment once.
 * @throws ValidationError that names every problem
 */
function validateEnvironments(options: SynthOptions): readonly ValidEnvironment[] {
  const { platform, cluster, outdir, secretsDir, secretValues } = options;
  throwIfInvalid(findPlatformProblems(platform));
  const clusterProblems = cluster === 'none' ? [] : findSchemaProblems(clusterSchema, cluster, 'cluster');
  const checked = options.environments.map((environment) => {
    const result = ValidEnvironment.check(platform, environment);
    return result instanceof ValidEnvironment
      ? { environment, fields: environment, problems: [], valid: [result] }
      : { environment, fields: pickValidEnvironmentFields(platform, environment), problems: result, valid: [] };
  });
  throwIfInvalid([
    ...checkFolders({ outdir, secretsDir }),
    ...findGitOpsProblems(options),
    ...clusterProblems,
    ...findEnvironmentConflicts(
      checked.map(({ fields }) => fields),
      clusterProblems.length > 0 ? 'none' : cluster,
    ),
    ...checked.flatMap(({ problems }) => problems),
    ...checked.flatMap(({ environment, fields }) =>
      findSecretValueProblems(platform, fields, () => secretValues(environment)),
    ),
  ]);
  return checked.flatMap(({ valid }) => valid);
}

/** An empty name would mean the working directory. */
function checkFolders(folders: Readonly<Record<string, string>>): Problem[] {
  return Object.entries(folders).flatMap(([name, folder]) => findSchemaProblems(folderName, folder, name));
}

/** Files that an earlier synth of the same environments may have left, and that this one does not write. */
function listStaleFiles(
  environments: readonly ValidEnvironment[],
  outdir: string,
  files: readonly OutputFile[],
): string[] {
  const written = files.map(({ path }) => path);
  const possible = environments.flatMap(({ environment }) => Object.values(namePossibleFiles(environment.name)));
  return ['cluster', ...possible]
    .map((name) => formatManifestPath(outdir, name))
    .filter((path) => !written.includes(path));
}
