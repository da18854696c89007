import { readFileSync, writeFileSync } from 'node:fs';
import { definitions, definitionsFile } from './definitions';
import { rulesOf } from './rules-of';

interface Version {
  readonly name: string;
  /** Whether the API server keeps objects in this version. */
  readonly storage: boolean;
  readonly schema: { readonly openAPIV3Schema: object };
}

/**
 * Stores the rules of custom resource definitions:
 *
 *     npx ts-node test/support/cel/extract-rules.ts 'CloudNativePG 1.30.0' clusters.postgresql.cnpg.io.json …
 *
 * The files are definitions in JSON, as `kubectl get crd clusters.postgresql.cnpg.io -o json` prints them.
 */
function storeRules(source: string, files: readonly string[]): void {
  const read = files.flatMap((file) => {
    const { spec } = JSON.parse(readFileSync(file, 'utf8'));
    return spec.versions
      .filter(({ storage }: Version) => storage)
      .map(({ name, schema }: Version) => [
        `${spec.group}/${name} ${spec.names.kind}`,
        { source, schema: rulesOf(schema.openAPIV3Schema) ?? {} },
      ]);
  });
  const all = Object.entries({ ...definitions, ...Object.fromEntries(read) });
  const sorted = Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(definitionsFile, `${JSON.stringify(sorted, undefined, 1)}\n`);
}

const [source = '', ...files] = process.argv.slice(2);
storeRules(source, files);
