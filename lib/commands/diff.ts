import { existsSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Environment } from '../environments/environment';
import { type Kubectl, troubleOf } from '../operations/kubectl';
import { clusterOf } from '../operations/target';
import { UsageError } from '../problems';
import { commandArguments, environmentNamed } from './arguments';
import { run } from './run';

/** An environment's manifests that `npm run synth` wrote, file by file, against what its cluster runs. */
async function diff(args: readonly string[]): Promise<void> {
  const { words } = commandArguments(args, { usage: 'npm run diff -- <environment>', words: [1, 1], options: {} });
  const environment = environmentNamed(words[0]);
  const files = manifestFiles(environment);
  const kubectl = await clusterOf(environment);
  for (const file of files) console.log(await fileDiff(kubectl, file));
}

function manifestFiles({ name }: Environment): string[] {
  const files = [name, `${name}-monitoring`].map((file) => `dist/${file}.k8s.yaml`);
  for (const file of files) {
    if (!existsSync(file)) throw new UsageError(`${file} does not exist; run npm run synth first`);
  }
  return files;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

async function fileDiff(kubectl: Kubectl, file: string): Promise<string> {
  const objects = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJSON() as Manifest);
  for (const { kind, metadata } of objects) {
    if (kind === 'Namespace' && !(await kubectl.find(`namespace/${metadata.name}`))) {
      return allNew(file, objects, metadata.name);
    }
  }
  // kubectl's word for "there are differences" is 1; only above that did something go wrong.
  const answer = await kubectl.ask(['diff', '-f', file]);
  if (answer.status > 1 || (answer.status === 1 && answer.stdout === '')) throw troubleOf('kubectl diff', answer);
  return answer.stdout === '' ? `${file}: no difference` : answer.stdout;
}

/** Without its namespace the server refuses even to compare what would be in it. */
function allNew(file: string, objects: readonly Manifest[], namespace: string): string {
  const all = `all new: namespace ${namespace} does not exist yet, so all ${objects.length} objects would be created`;
  return [`${file}: ${all}`, ...objects.map(({ kind, metadata }) => `+ ${kind}/${metadata.name}`)].join('\n');
}

void run(() => diff(process.argv.slice(2)));
