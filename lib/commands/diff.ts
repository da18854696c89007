import { existsSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { production } from '../environments/production';
import { staging } from '../environments/staging';
import { kubectl, kubectlOutput, lastLine } from './kubectl';
import { run, UsageError } from './run';

/** An environment's manifests that `npm run synth` wrote, file by file, against what its cluster runs. */
function diff(args: readonly string[]): string {
  return manifestFiles(args).map(fileDiff).join('\n');
}

function fileDiff(file: string): string {
  const objects = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJSON() as Manifest);
  const missing = objects.filter((object) => object.kind === 'Namespace' && !exists(object));
  if (missing.length > 0) return allNew(file, objects, missing);
  // kubectl's word for "there are differences" is 1; only above that did something go wrong.
  const { status, stdout, stderr } = kubectl('diff', '-f', file);
  if (status > 1 || (status === 1 && stdout === '')) throw new UsageError(`kubectl diff: ${lastLine(stderr)}`);
  return stdout === '' ? `${file}: no difference` : stdout;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

function manifestFiles(args: readonly string[]): string[] {
  const known = [staging, production].map(({ name }) => name);
  const [name = '', ...rest] = args;
  if (!known.includes(name) || rest.length > 0) {
    throw new UsageError(
      `usage: npm run diff -- <environment>, which is one of ${known.join(', ')}; got ${JSON.stringify(args)}`,
    );
  }
  const files = [name, `${name}-monitoring`].map((file) => `dist/${file}.k8s.yaml`);
  for (const file of files) {
    if (!existsSync(file)) throw new UsageError(`${file} does not exist; run npm run synth first`);
  }
  return files;
}

function exists({ metadata }: Manifest): boolean {
  return kubectlOutput('get', 'namespace', metadata.name, '--ignore-not-found', '--output=name') !== '';
}

/** Without its namespace the server refuses even to compare what would be in it. */
function allNew(file: string, objects: readonly Manifest[], missing: readonly Manifest[]): string {
  const namespaces = missing.map(({ metadata }) => metadata.name).join(', ');
  const all = `all new: namespace ${namespaces} does not exist yet, so all ${objects.length} objects would be created`;
  return [`${file}: ${all}`, ...objects.map(({ kind, metadata }) => `+ ${kind}/${metadata.name}`)].join('\n');
}

run(() => console.log(diff(process.argv.slice(2))));
