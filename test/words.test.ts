import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { project } from './support/manifests';

/** Rooms whose texts are errors, progress, notices and findings. */
const rooms = ['cli', 'cluster', 'lint', 'manifests', 'operations', 'synth'];

/** What a reader with second-hand English has to read twice, and what says the same. */
const phrases: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/(?<!there )\b(?:is|are|was) no (?!longer\b|more\b)/i, 'is not a'],
  [/\bbeside\b/i, 'next to'],
  [/\b(?:whoever|somebody|nobody|everybody)\b/i, 'the user, or no actor'],
  [/\bgo(?:es)? on (?:with|as|to)\b/i, 'continue, keep'],
  [/\bfor want of\b|\bbe it\b/i, 'because, or'],
];

/** Every text in the code of a file that has more than one word, without what is put into it. */
function textsOf(file: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text);
    if (ts.isTemplateExpression(node)) {
      texts.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…'));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest));
  return texts.filter((text) => text.trim().includes(' '));
}

function listSources(room: string): string[] {
  return readdirSync(join(project, 'lib', room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('lib', room, file));
}

/** The phrases of a text, as `phrase: say this instead`. */
function phrasesIn(text: string): string[] {
  return phrases.flatMap(([phrase, instead]) => {
    const [found] = phrase.exec(text) ?? [];
    return found === undefined ? [] : [`"${found.trim()}": say "${instead}"`];
  });
}

test('messages have no phrase that has to be read twice', () => {
  const files = rooms.flatMap(listSources);
  const found = files.flatMap((file) =>
    textsOf(join(project, file)).flatMap((text) => phrasesIn(text).map((problem) => `${file}: ${problem}: ${text}`)),
  );
  expect(found).toEqual([]);
});

test.each([
  ['the file is no YAML', ['"is no": say "is not a"']],
  ['a Cluster is made beside the first', ['"beside": say "next to"']],
  ['there is no backup yet', []],
  ['it is no longer needed', []],
])('%s', (text, problems) => {
  expect(phrasesIn(text)).toEqual(problems);
});
