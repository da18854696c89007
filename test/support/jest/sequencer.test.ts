import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../manifests';

const LongestFirst = jest.requireActual('./sequencer');

function order(...paths: readonly string[]): string[] {
  const context = { config: { cacheDirectory: project, id: 'none', rootDir: project }, hasteFS: { getSize: () => 1 } };
  const tests = paths.map((path) => ({ path: join(project, path), context, duration: 1 }));
  const sequencer = new LongestFirst({ contexts: new Set(), globalConfig: {} });
  return sequencer.sort(tests).map(({ path }: { readonly path: string }) => path.slice(project.length + 1));
}

test('the longest suites come first, in their order, and none is left out', () => {
  const [first, second] = LongestFirst.longest;
  expect(order('test/a.test.ts', second, 'test/b.test.ts', first).slice(0, 2)).toEqual([first, second]);
  expect(order('test/a.test.ts', second, 'test/b.test.ts', first).sort()).toEqual(
    ['test/a.test.ts', 'test/b.test.ts', first, second].sort(),
  );
});

test('each of them exists', () => {
  expect(LongestFirst.longest.filter((file: string) => !existsSync(join(project, file)))).toEqual([]);
});
