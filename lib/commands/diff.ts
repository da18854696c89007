import { existsSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Environment } from '../environments/environment';
import type { SynthesizedObject } from '../manifests';
import { applyWarnings } from '../operations/delivery';
import { asHelmWrites, isHelms } from '../operations/deploy/helm-metadata';
import type { Kubectl } from '../operations/kubectl';
import { liveObjects } from '../operations/live-objects';
import { asDocuments } from '../operations/preflight/dry-run';
import { clusterOf } from '../operations/target';
import { UsageError } from '../problems';
import { commandArguments, environmentNamed } from './arguments';
import { run } from './run';

/**
 * An environment's manifests that `npm run synth` wrote, file by file, against what its cluster runs. What an apply of
 * them would take back is a warning on stderr.
 */
async function diff(args: readonly string[]): Promise<void> {
  const { words } = commandArguments(args, { usage: 'npm run diff -- <environment>', words: [1, 1], options: {} });
  const environment = environmentNamed(words[0]);
  const files = manifestFiles(environment);
  const kubectl = await clusterOf(environment);
  const stated = files.map((file) => ({ file, objects: objectsIn(file) }));
  const all = stated.flatMap(({ objects }) => objects);
  const warnings = applyWarnings(environment, all, await liveObjects(kubectl, all));
  for (const warning of warnings) console.error(`warning: ${warning}`);
  for (const { file, objects } of stated) console.log(await fileDiff(kubectl, environment, file, objects));
}

function manifestFiles({ name }: Environment): string[] {
  const files = [name, `${name}-monitoring`].map((file) => `dist/${file}.k8s.yaml`);
  for (const file of files) {
    if (!existsSync(file)) throw new UsageError(`${file} does not exist; run npm run synth first`);
  }
  return files;
}

function objectsIn(file: string): SynthesizedObject[] {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'));
  return documents.map((document) => document.toJS() as SynthesizedObject);
}

async function fileDiff(
  kubectl: Kubectl,
  { namespace: release }: Environment,
  file: string,
  objects: readonly SynthesizedObject[],
): Promise<string> {
  // A file begins with the namespace that it makes.
  const namespace = objects.find(({ kind }) => kind === 'Namespace')?.metadata.name ?? release;
  const found = await kubectl.find(`namespace/${namespace}`);
  if (!found) return allNew(file, objects, namespace);
  const wanted = isHelms(found) ? asHelmWrites(objects, release) : objects;
  const differences = await kubectl.diff(['--filename=-'], { input: asDocuments(wanted) });
  return differences === '' ? `${file}: no difference` : differences;
}

/** Without its namespace the server refuses even to compare what would be in it. */
function allNew(file: string, objects: readonly SynthesizedObject[], namespace: string): string {
  const all = `all new: namespace ${namespace} does not exist yet, so all ${objects.length} objects would be created`;
  return [`${file}: ${all}`, ...objects.map(({ kind, metadata }) => `+ ${kind}/${metadata.name}`)].join('\n');
}

void run(() => diff(process.argv.slice(2)));
