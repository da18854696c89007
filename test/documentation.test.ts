import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { programProblems } from './cli/support/command-lines';
import { project } from './support/manifests';

/** Every page that people read. */
const pages = [
  'README.md',
  ...['docs', '.github'].flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true })
      .map((file) => join(folder, String(file)))
      .filter((file) => file.endsWith('.md')),
  ),
];

const texts = new Map(pages.map((page) => [page, readFileSync(join(project, page), 'utf8')]));

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(text: string): string[] {
  const headings = text.replaceAll(/^```[\s\S]*?^```/gm, '').match(/^#+ .+$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(project, join(project, dirname(page), path));
  if (!existsSync(join(project, target))) return false;
  if (anchor === undefined) return true;
  return !statSync(join(project, target)).isDirectory() && anchorsOf(texts.get(target) ?? '').includes(anchor);
}

test('every link leads to a file and a section that exist', () => {
  const links = [...texts].flatMap(([page, text]) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => ({ page, link })),
  );
  const own = links.filter(({ link }) => !/^(https?|mailto):/.test(link));
  expect(own.length).toBeGreaterThan(200);
  expect(own.filter(({ page, link }) => !leadsSomewhere(page, link))).toEqual([]);
});

test('every path of this repository that a document names exists', () => {
  // The changelog names what was, and the page of the linter files of other repositories.
  const named = [...texts].flatMap(([page, text]) =>
    [...text.matchAll(/`((?:lib|docs|test|docker|main\.ts|\.github)\b[^`\s]*)`/g)].map(([, path = '']) => ({
      page,
      path,
    })),
  );
  const paths = named.filter(
    ({ page, path }) => !['docs/CHANGELOG.md', 'docs/lint.md'].includes(page) && !/[<>*{},…:]/.test(path),
  );
  expect(paths.length).toBeGreaterThan(60);
  expect(paths.filter(({ path }) => !existsSync(join(project, path)))).toEqual([]);
});

test('every command of veza in a document exists, with its arguments and options', () => {
  const lines = [...texts].flatMap(([page, text]) =>
    [...text.matchAll(/npx veza (.+)/g)].map(([, line = '']) => ({ page, line: commandOf(line) })),
  );
  expect(lines.length).toBeGreaterThan(100);
  const problems = lines.flatMap(({ page, line }) => programProblems(line).map((problem) => `${page}: ${problem}`));
  expect(problems).toEqual([]);
});

/** The command without what follows it in its line. */
function commandOf(line: string): string {
  return (line.split(/`|\)| && | \| |;/)[0] ?? '').replace(/ +#.*/, '').trim();
}

test('decisions have a number each, and are listed in their order', () => {
  const names = readdirSync(join(project, 'docs/decisions')).filter((name) => /^\d/.test(name));
  const numbers = names.map((name) => Number(name.slice(0, 4)));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const listed = [...(texts.get('docs/decisions/README.md') ?? '').matchAll(/^\| (\d+) \| \[.+\]\((.+)\)/gm)];
  expect(listed.map(([, number, name]) => [Number(number), name])).toEqual(
    names.map((name, index) => [index + 1, name]),
  );
  for (const [index, name] of names.entries()) {
    expect(texts.get(`docs/decisions/${name}`)).toMatch(new RegExp(`^# ${index + 1}\\. `));
  }
});
