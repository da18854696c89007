#!/usr/bin/env node
// Runs a command of lib/cli/commands in this very process, so that a signal that is sent to it arrives. npm and npx do not
// pass SIGTERM on: they end, and what they started works on.
const { join } = require('node:path');
const { register } = require('ts-node');

const root = join(__dirname, '..');
const commands = [
  ...['deploy', 'releases', 'rollback', 'diff', 'health', 'permissions', 'smoke', 'notify'],
  ...['backup', 'backups', 'restore'],
  ...['diagram', 'compose', 'lint'],
];
const [name] = process.argv.splice(2, 1);

if (commands.includes(name)) {
  register({ transpileOnly: true, cwd: root, projectSearchDir: root });
  require(join(root, 'lib/cli/commands', `${name}.ts`));
} else {
  console.error(`error: usage: node bin/veza.js <command> ...; commands are ${commands.join(', ')}`);
  process.exitCode = 2;
}
