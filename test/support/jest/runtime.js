// Runs suites in the realm of the worker. In a context of its own, as jest has it, every look at a global (Array, Object)
// costs forty times as much, and each suite compiles all that it imports anew: half of all CPU time.
// A suite still has modules of its own: those of lib and test are evaluated for each. Libraries are loaded once in a worker.
const { default: Runtime } = require('jest-runtime');
const { optimizeLate } = require('../../../lib/cli/bundle');
const { compileOnce, transformOnce } = require('./module-cache');

// A suite is short: optimizing its code would take a third of all CPU time and save less.
optimizeLate();

module.exports = class SharedRuntime extends Runtime {
  constructor(...parameters) {
    super(...parameters);
    const { executor, transformCache } = this;
    const transform = transformCache.transform.bind(transformCache);
    transformCache.transform = (path, options) => transformOnce(path, () => transform(path, options));
    executor.compile = (source, path) => compileOnce(source, path, executor.injectedModuleParameters);
    this.libraries = this._config.transformIgnorePatterns.map((pattern) => new RegExp(pattern));
  }

  requireModule(from, name, options, isActual) {
    const path = name === undefined || options?.isInternalModule ? undefined : this.findLibrary(from, name);
    return path === undefined ? super.requireModule(from, name, options, isActual) : require(path);
  }

  /** The path of a file of a library that Node.js can load by itself. */
  findLibrary(from, name) {
    if (this._resolution.isCoreModule(name)) return undefined;
    const path = this._resolution.resolveCjs(from, name);
    return this.libraries.some((pattern) => pattern.test(path)) ? path : undefined;
  }
};
