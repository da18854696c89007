import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../support/manifests';
import { withFolder } from '../support/program';

const text = readFileSync(join(project, 'docker/compose.yaml'), 'utf8');

/** What the linter says of a file; its own types cannot be resolved from here. */
interface Linted {
  readonly messages: readonly { readonly rule: string }[];
}

/** Off: rules of taste, about the order of things and about quotes that YAML does not need. */
const rules = { 'require-quotes-in-ports': 0, 'service-keys-order': 0, 'services-alphabetical-order': 0 } as const;

/** Findings of the linter, which holds a file against the schema of the Compose specification too. */
async function findings(text: string): Promise<string[]> {
  const { DCLinter } = await import('dclint');
  return withFolder((folder) => {
    const path = join(folder, 'compose.yaml');
    writeFileSync(path, text);
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
    return linter.lintFiles([path], false).flatMap(({ messages }: Linted) => messages.map(({ rule }) => rule));
  });
}

test('compose.yaml is of the Compose specification, and its linter finds nothing', async () => {
  expect(await findings(text)).toStrictEqual([]);
  expect(await findings(text.replace('healthcheck:', 'healthchek:'))).toStrictEqual(['invalid-schema']);
  expect(await findings(text.replace('127.0.0.1:5432:', '5432:'))).toStrictEqual(['no-unbound-port-interfaces']);
});
