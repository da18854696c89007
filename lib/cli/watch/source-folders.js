// The folders of an app's source files, and the files in them that it may read while it runs: scripts, secret values.
const { readFileSync, readdirSync, statSync } = require('node:fs');
const { basename, dirname, join, relative, sep } = require('node:path');
const { isSource } = require('./source-modules');

/** A name that a person gave, and no editor for a moment. */
const lastingName = /^\w[\w.-]*\.\w+$/;

/** Files of the working folder that a synth reads by their names. */
const secretValues = /^\.env\.[\w-]+$/;

/** What npm writes when it has installed libraries. */
const installed = join('node_modules', '.package-lock.json');

/**
 * Lists every folder of the source files, below the folder of the main file, with all folders in it.
 * @param {string} root folder of the main file
 * @param {readonly string[]} paths of the source files
 */
function listFolders(root, paths) {
  const tops = paths
    .map((path) => relative(root, path).split(sep))
    .flatMap(([top, ...rest]) => (rest.length > 0 ? [top] : []));
  const own = [...new Set(tops)].filter((top) => top !== '..').flatMap((top) => foldersBelow(join(root, top)));
  const foreign = paths.map((path) => dirname(path)).filter((folder) => relative(root, folder).startsWith('..'));
  return [...new Set([root, process.cwd(), join(root, dirname(installed)), ...foreign])].filter(isFolder).concat(own);
}

function foldersBelow(folder) {
  if (!isFolder(folder)) return [];
  const inner = entriesOf(folder).filter(
    (entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'),
  );
  return [folder, ...inner.flatMap(({ name }) => foldersBelow(join(folder, name)))];
}

/**
 * The text of every file that is no source file but may be read by one, by its path.
 * @param {Set<string>} imported paths of files that are imported: a module is read as one
 */
function readOthers(root, folders, imported) {
  const isRead = (folder, name) => {
    if (basename(folder) === dirname(installed)) return name === basename(installed);
    return ([root, process.cwd()].includes(folder) ? secretValues : lastingName).test(name);
  };
  const files = folders.flatMap((folder) =>
    entriesOf(folder)
      .filter((entry) => entry.isFile() && isRead(folder, entry.name))
      .map(({ name }) => join(folder, name)),
  );
  return new Map(
    files
      .filter((path) => !isSource(path) && !imported.has(path))
      .map((path) => [path, orIfGone('', () => readFileSync(path, 'utf8'))]),
  );
}

function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function entriesOf(folder) {
  return orIfGone([], () => readdirSync(folder, { withFileTypes: true }));
}

/** What was listed may be gone by now; its folder has an event then. */
function orIfGone(otherwise, read) {
  try {
    return read();
  } catch (error) {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  }
}

module.exports = { installed, listFolders, orIfGone, readOthers };
