import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { project } from './support/manifests';

/** What each room of lib may import, besides itself. `lib/index.ts`, the face of the package, may import every room. */
const arrows: Record<string, readonly string[]> = {
  platform: [],
  manifests: ['platform'],
  cluster: ['platform', 'manifests'],
  topology: ['platform', 'manifests'],
  lint: ['platform', 'manifests'],
  constructs: ['platform', 'manifests'],
  charts: ['platform', 'constructs'],
  synth: ['platform', 'manifests', 'constructs', 'charts', 'lint'],
  operations: ['platform', 'manifests', 'cluster', 'synth'],
  development: ['platform', 'constructs'],
  veza: ['platform'],
  cli: ['platform', 'manifests', 'cluster', 'topology', 'lint', 'synth', 'operations', 'development'],
};

/** Only these read the command line and the environment variables of the process. */
const processReaders = ['cli'];

const lib = join(project, 'lib');

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith('.'));
}

/** The first folder below lib, or nothing for a file outside of it or at its top. */
function roomOf(file: string): string | undefined {
  const [room, ...rest] = relative(lib, file).split(sep);
  return room === '..' || rest.length === 0 ? undefined : room;
}

/** Whether a file of lib may import this path, written relative to the file. */
function isAllowed(file: string, name: string): boolean {
  const room = roomOf(file);
  const path = resolve(dirname(file), name);
  const target = roomOf(path);
  // Classes that `cdk8s import` generates are for the constructs that emit their kinds.
  if (path.startsWith(join(project, 'imports'))) return room === 'constructs';
  // The command prints the version of the package.
  if (path === join(project, 'package.json')) return room === 'cli';
  return room === undefined || target === room || (target !== undefined && (arrows[room]?.includes(target) ?? false));
}

/** Files that import each other in a circle, as `a -> b -> a`. */
function findCircles(files: readonly string[]): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'open')
      circles.push([...path.slice(path.indexOf(file)), file].map((one) => relative(lib, one)).join(' -> '));
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const name of importsOf(file)) {
      const target = [`${resolve(dirname(file), name)}.ts`, resolve(dirname(file), name, 'index.ts')].find((one) =>
        files.includes(one),
      );
      if (target !== undefined) visit(target, [...path, file]);
    }
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  return circles;
}

const sources = listSources(lib);

test('every room states what it may import', () => {
  expect([...new Set(sources.map(roomOf))].filter((room) => room !== undefined).sort()).toEqual(
    Object.keys(arrows).sort(),
  );
});

test('only types come from the index of cdk8s-plus-27, which loads constructs that nothing uses', () => {
  const loading = sources.filter((file) =>
    /^import (?!type).* from 'cdk8s-plus-27';/m.test(readFileSync(file, 'utf8')),
  );
  expect(loading).toEqual([]);
});

test('rooms import only what they may', () => {
  const forbidden = sources.flatMap((file) =>
    importsOf(file)
      .filter((name) => !isAllowed(file, name))
      .map((name) => `${relative(project, file)} imports ${name}`),
  );
  expect(forbidden).toEqual([]);
});

test.each([
  ['platform/environment.ts', '../constructs/kubernetes/metadata', false],
  ['constructs/redis/redis.ts', '../../platform/errors', true],
  ['constructs/redis/redis.ts', '../../../imports/external-secrets.io', true],
  ['lint/rule.ts', '../../imports/external-secrets.io', false],
  ['operations/deploy/plan.ts', '../../veza/veza', false],
])('an import of %s: %s', (file, name, allowed) => {
  expect(isAllowed(join(lib, file), name)).toBe(allowed);
});

test('no files import each other in a circle', () => {
  expect(findCircles(sources)).toEqual([]);
});

test('only the command line reads the process', () => {
  const readers = sources.filter((file) => /\bprocess\.(argv|env|exit|exitCode)\b/.test(readFileSync(file, 'utf8')));
  expect(
    readers.filter((file) => !processReaders.includes(roomOf(file) ?? '')).map((file) => relative(project, file)),
  ).toEqual([]);
});

test('docs/architecture.md has every room, with what it may import', () => {
  const text = readFileSync(join(project, 'docs/architecture.md'), 'utf8');
  const rooms = Object.keys(arrows);
  const stated = [...text.matchAll(/^\| `(\w+)` \| .+ \| (.+) \|$/gm)].map(([, room = '', imports = '']) => {
    const named = [...imports.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    const others = rooms.filter((name) => name !== room && !named.includes(name));
    return [room, (imports.startsWith('all but') ? others : named).sort()];
  });
  const allowed = Object.entries(arrows).map(([room, imports]) => [room, [...imports].sort()]);
  expect(stated.sort()).toEqual(allowed.sort());
});
