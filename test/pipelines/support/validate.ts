import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { project } from '../../support/manifests';

/** What GitHub's own language service says of a workflow; its types cannot be resolved from here. */
interface LanguageService {
  readonly TextDocument: { create(uri: string, language: string, version: number, text: string): object };
  validate(document: object, configuration: object): Promise<readonly { readonly message: string }[]>;
}

/** The workflows of this repository that another one calls. */
const fileProvider = {
  getFileContent: async ({ path }: { readonly path: string }) => ({
    name: path,
    content: readFileSync(join(project, path), 'utf8'),
  }),
};

// Bundled, for it is made of modules that import JSON in a way that Node.js 20 does not know.
const service: LanguageService = createRequire(__filename)(bundled());

function bundled(): string {
  const outfile = join(project, 'node_modules/.cache/veza-test', `${process.env.JEST_WORKER_ID}-languageservice.js`);
  const contents = `
    export { validate } from '@actions/languageservice';
    export { TextDocument } from 'vscode-languageserver-textdocument';`;
  buildSync({ stdin: { contents, resolveDir: project }, outfile, bundle: true, platform: 'node', logLevel: 'warning' });
  return outfile;
}

let asked = 0;

/** What is wrong with a workflow: its keys and values, its expressions, and what it gives to workflows that it calls. */
export async function faults(text: string): Promise<string[]> {
  // It remembers what it has read under a name, so each text has one of its own.
  asked += 1;
  const document = service.TextDocument.create(`file:///${asked}.yaml`, 'yaml', 0, text);
  const found = await service.validate(document, { fileProvider });
  return found.map(({ message }) => message);
}
