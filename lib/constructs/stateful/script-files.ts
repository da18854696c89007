import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rememberTexts } from '../../manifests/remember';

/**
 * Reads scripts that are files of this package, such as `constructs/postgres/scripts/roles.sh`.
 *
 * @param folder folder below `lib`
 * @param names names of the files
 * @returns name -> content
 * @throws Error if a file is in no `lib` folder above the code that runs
 */
export function readScripts(folder: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, readScript(join('lib', folder, name))]));
}

/**
 * Read once: every environment has the same. `veza synth --watch` evaluates a module that reads files again when one of them
 * was changed.
 */
const readScript = rememberTexts((path) => readFileSync(findFile(path), 'utf8'));

/**
 * Finds a file in the nearest folder above this code: in the repository, for the sources and for the bundle in node_modules
 * that `npm run synth` writes, or in the compiled package, since its build copies the scripts.
 */
function findFile(path: string, from: string = __dirname): string {
  const file = join(from, path);
  if (existsSync(file)) return file;
  const parent = dirname(from);
  if (parent !== from) return findFile(path, parent);
  throw new Error(`${path} was not found in any folder above ${__dirname}; keep the scripts with the code that is run`);
}
