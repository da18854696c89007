import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseAllDocuments } from 'yaml';
import { applyWarnings } from '../../cluster/delivery';
import { isManagedByHelm, withHelmMetadata } from '../../cluster/helm-metadata';
import type { KubernetesClient } from '../../cluster/kubernetes-client';
import { connect } from '../../cluster/operation-context';
import type { KubernetesManifest } from '../../manifests/manifest';
import type { Environment } from '../../platform/environment';
import { UsageError } from '../../platform/errors';
import { environmentFiles } from '../../synth/render-environment';
import { addExamples, environmentArgument, type VezaProject } from '../arguments';
import { runProgram } from '../run-command';

/** Adds `veza diff`. */
export function addDiffCommand(program: Command, project: VezaProject): void {
  const command = program
    .command('diff')
    .description('Compare the manifests in dist/ with the cluster, file by file.')
    .addArgument(environmentArgument(project))
    .action(printDiff);
  addExamples(command, 'diff staging');
}

/** What an apply of the manifests would revert is a warning on stderr. */
async function printDiff(environment: Environment): Promise<void> {
  const files = manifestFiles(environment);
  const kubectl = await connect(environment, runProgram);
  const stated = files.map((file) => ({ file, objects: objectsIn(file) }));
  const all = stated.flatMap(({ objects }) => objects);
  const warnings = applyWarnings(environment, all, await kubectl.findAll(all));
  for (const warning of warnings) console.error(`warning: ${warning}`);
  for (const { file, objects } of stated) console.log(await fileDiff(kubectl, environment, file, objects));
}

function manifestFiles({ name }: Environment): string[] {
  const files = Object.values(environmentFiles(name)).map((file) => `dist/${file}.k8s.yaml`);
  for (const file of files) {
    if (!existsSync(file)) throw new UsageError(`${file} does not exist; run npx veza synth first`);
  }
  return files;
}

function objectsIn(file: string): KubernetesManifest[] {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'));
  return documents.map((document) => document.toJS() as KubernetesManifest);
}

async function fileDiff(
  kubectl: KubernetesClient,
  { namespace: release }: Environment,
  file: string,
  objects: readonly KubernetesManifest[],
): Promise<string> {
  // A file creates the namespace of its objects, or its objects are in one that another file creates.
  const created = objects.find(({ kind }) => kind === 'Namespace')?.metadata.name;
  const namespace = created ?? objects.find(({ metadata }) => metadata.namespace)?.metadata.namespace ?? release;
  const found = await kubectl.find(`namespace/${namespace}`);
  if (!found) return allNew(file, objects, namespace);
  const wanted = isManagedByHelm(found) ? withHelmMetadata(objects, release) : objects;
  const differences = await kubectl.diff(wanted);
  return differences === '' ? `${file}: no difference` : differences;
}

/** Without its namespace the server refuses even to compare what would be in it. */
function allNew(file: string, objects: readonly KubernetesManifest[], namespace: string): string {
  const all = `all new: namespace ${namespace} does not exist yet, so all ${objects.length} objects would be created`;
  return [`${file}: ${all}`, ...objects.map(({ kind, metadata }) => `+ ${kind}/${metadata.name}`)].join('\n');
}
