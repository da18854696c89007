// What was transformed and compiled for the suites before this one in the same worker. It is good while the file is the same.
const { statSync } = require('node:fs');
const { Script } = require('node:vm');

/** Each with the time and the size of its file, what it was transformed to, and the script of that, by path. */
const modules = new Map();

/** The transformed source of a file. */
function transformOnce(path, transform) {
  const { mtimeMs, size } = statSync(path);
  const known = modules.get(path);
  if (known?.mtimeMs === mtimeMs && known.size === size) return known.source;
  const source = transform();
  modules.set(path, { mtimeMs, size, source });
  return source;
}

/** The function that evaluates a module. V8 compiles each function of a script once, however often the script runs. */
function compileOnce(source, path, parameters) {
  const known = modules.get(path);
  if (known?.source !== source) return makeScript(source, path, parameters).runInThisContext();
  known.script ??= makeScript(source, path, parameters);
  return known.script.runInThisContext();
}

function makeScript(source, filename, parameters) {
  return new Script(`(function(${parameters.join(',')}){${source}\n})`, { filename });
}

module.exports = { transformOnce, compileOnce };
