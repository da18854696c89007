// The realm of the worker as the environment of a suite (see runtime.js). A suite ends as a process does: its listeners of
// the exit are called. Whatever it changed, be it a global or the process, is as before when the next one begins.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class SharedEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.restorers = [keepListeners(), keepProcess(), keepProperties(Error), keepProperties(globalThis)];
    globalThis.global = globalThis;
    Error.stackTraceLimit = 100;
    this.global = globalThis;
    this.moduleMocker = new this.moduleMocker.constructor(globalThis);
    this.fakeTimersModern = new this.fakeTimersModern.constructor({ config: config.projectConfig, global: globalThis });
  }

  async teardown() {
    await super.teardown();
    for (const restore of this.restorers) restore();
  }
};

/** Each of these notes a state, and returns a function that brings it back. */
function keepProperties(target) {
  const before = Object.getOwnPropertyDescriptors(target);
  return () => {
    for (const key of Reflect.ownKeys(target)) if (!Object.hasOwn(before, key)) Reflect.deleteProperty(target, key);
    for (const key of Reflect.ownKeys(before)) {
      const { value, get } = Object.getOwnPropertyDescriptor(target, key) ?? {};
      if (value !== before[key].value || get !== before[key].get) Object.defineProperty(target, key, before[key]);
    }
  };
}

function keepProcess() {
  const { exit, argv, exitCode } = process;
  const variables = { ...process.env };
  const folder = process.cwd();
  return () => {
    Object.assign(process, { exit, argv, exitCode });
    for (const name of Object.keys(process.env)) if (!Object.hasOwn(variables, name)) delete process.env[name];
    Object.assign(process.env, variables);
    process.chdir(folder);
  };
}

function keepListeners() {
  const listenersOf = () =>
    process.eventNames().flatMap((event) => process.rawListeners(event).map((each) => [event, each]));
  const before = new Set(listenersOf().map(([, listener]) => listener));
  return () => {
    for (const [event, listener] of listenersOf().filter(([, each]) => !before.has(each))) {
      process.removeListener(event, listener);
      if (event === 'exit') listener.call(process, 0);
    }
  };
}
