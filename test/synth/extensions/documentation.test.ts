import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../support/manifests';

const page = readFileSync(join(project, 'docs/extensions.md'), 'utf8');
const folder = join(project, 'docs/examples');
const examples = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => compact(readFileSync(join(folder, file), 'utf8')));
const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);

/** Code without its indentation and line ends, which differ inside a list. */
function compact(code: string): string {
  return code.replace(/\s+/g, ' ').trim();
}

test('every block of the page is part of an example, which is compiled and synthesized', () => {
  expect(blocks.length).toBeGreaterThan(5);
  expect(blocks.filter((block) => !examples.some((example) => example.includes(compact(block))))).toStrictEqual([]);
});

test('the page has a block for everything that can be added', () => {
  const environments = readFileSync(join(project, 'docs/environments.md'), 'utf8');
  const fields = ['Extension', 'PodExtension'].flatMap((title) => {
    const section = environments.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
    return [...section.matchAll(/^\| `(\w+)\??` \|/gm)].map(([, field]) => field);
  });
  expect(fields.length).toBeGreaterThan(15);
  expect(fields.filter((field) => !blocks.some((block) => block.includes(`${field}:`)))).toStrictEqual([]);
});
