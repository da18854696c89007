import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renewal } from '../support/golden';
import { addEnvironment, addService } from './additions';
import { ProjectCopy } from './project-copy';

/**
 * A service and an environment that are added break no test: what they are asked is what holds for any platform. In a
 * copy of the project, with the part of the suite that takes neither a server, nor a cluster, nor a compiler.
 */

const minutes = 60_000;
const slow = ['operations', 'cluster', 'cli', 'package', 'bench', 'servers', 'growth'].map(
  (folder) => `/test/${folder}/`,
);
const slower = ['/test/lint/dist', '/test/index', '/test/second-apply'];

/** Tests that import none of what is changed, nor where the files of the project are, cannot fail by it. */
const changedSources = [
  'lib/veza/veza.ts',
  'lib/veza/environments/environments.ts',
  'lib/veza/environments/staging.ts',
  'lib/veza/environments/production.ts',
  'test/support/manifests.ts',
];

interface Results {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Tests of the copy that fail, and files that do not even load. */
function failures({ testResults }: Results): string[] {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
      return (failed.length > 0 ? failed : [message]).map((text) => `${name.replace(/^.*\/test\//, '')}: ${text}`);
    });
}

const copy = new ProjectCopy();

afterAll(() => copy.remove());

test(
  'a service and an environment can be added, and every failure on the way names the command that renews',
  () => {
    addService(copy);
    addEnvironment(copy);
    const stale = copy.run('npx', 'jest', '--ci', 'test/development/compose.test', 'test/pipelines/ci');
    const advice = `read the change, then write it with: ${renewal}`;
    expect(stale.output.split(advice).length - 1).toBeGreaterThanOrEqual(2);

    expect(copy.run('npm', 'run', 'renew')).toMatchObject({ status: 0 });
    const file = join(copy.folder, 'results.json');
    copy.run(
      'npx',
      'jest',
      '--ci',
      '--maxWorkers=2',
      '--json',
      `--outputFile=${file}`,
      '--testPathIgnorePatterns',
      ...slow,
      ...slower,
      '--findRelatedTests',
      ...changedSources,
    );
    const results: Results = JSON.parse(readFileSync(file, 'utf8'));
    expect(failures(results)).toStrictEqual([]);
    expect(results.numPassedTests).toBeGreaterThan(300);
  },
  20 * minutes,
);
