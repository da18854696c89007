import './interpret-schemas';
import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { UsageError } from '../platform/errors';
import type { Platform } from '../platform/platform';
import type { VezaProject } from './arguments';
import { addBackupCommands } from './commands/backup';
import { addCompletionCommand } from './commands/completion';
import { addDatabaseCommands } from './commands/database';
import { addDeployCommand } from './commands/deploy';
import { addDiffCommand } from './commands/diff';
import { addGenerateCommands } from './commands/generate';
import { addHealthCommands } from './commands/health';
import { addImagesCommand } from './commands/images';
import { addLintCommand } from './commands/lint';
import { addPermissionsCommand } from './commands/permissions';
import { addPreviewCommands, withRequestedPreview } from './commands/preview';
import { addRestoreCommand } from './commands/restore';
import { addRollbackCommands } from './commands/rollback';
import { addSynthCommand } from './commands/synth';
import { addNotifyCommand } from './notifications';
import { runCommand } from './run-command';
import { processSystem, type System } from './system';

/**
 * Runs the command that the process was called with, for a project. Without arguments it synthesizes, as
 * `cdk8s synth` expects of an app.
 */
export function runVeza<P extends Platform>(project: VezaProject<P>): void {
  // A watch runs it many times, each time from a module of its own.
  const isIgnored = process.stdout.listeners('error').some(({ name }) => name === ignoreClosedOutput.name);
  if (!isIgnored) process.stdout.on('error', ignoreClosedOutput);
  void callVeza(project, process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}

/** The reader of the output may end (`| head`); the work goes on. */
function ignoreClosedOutput(): void {}

/** Runs a command with its arguments as `runVeza` does, and returns its exit code. */
export function callVeza(
  project: VezaProject,
  args: readonly string[],
  system: System = processSystem,
): Promise<number> {
  return runCommand(() => runProgram(createProgram(project, system), args.length === 0 ? ['synth'] : args), system);
}

/** Every command of `veza`, with its arguments, options and help. */
export function createProgram(stated: VezaProject, system: System = processSystem): Command {
  const project = withRequestedPreview(stated, system);
  const { stdout, stderr } = system;
  const program = new Command('veza')
    .description(`Synthesizes, reviews and operates the manifests of platform ${project.platform.name}.`)
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 80,
      getErrHelpWidth: () => stderr.columns ?? 80,
    })
    .showHelpAfterError('(add --help to see the arguments and options)')
    .addHelpText(
      'after',
      `
Without a command it synthesizes. Exit status: 0 success; 1 bad input, a finding or an operation that failed; 2 wrong
usage, in which case nothing was changed.`,
    );
  program.helpCommand('help [command]', 'Print the help of a command.');
  program.commandsGroup('Manifests:');
  addSynthCommand(program, project, system);
  addLintCommand(program, system);
  addDiffCommand(program, project, system);
  addGenerateCommands(program, project, system);
  addImagesCommand(program, project, system);
  program.commandsGroup('Releases:');
  addDeployCommand(program, project, system);
  addRollbackCommands(program, project, system);
  program.commandsGroup('Operations:');
  addHealthCommands(program, project, system);
  addBackupCommands(program, project, system);
  addRestoreCommand(program, project, system);
  addDatabaseCommands(program, project, system);
  addPreviewCommands(program, project, system);
  addPermissionsCommand(program, project, system);
  addNotifyCommand(program, system);
  program.commandsGroup('Commands:');
  addCompletionCommand(program, system);
  return program;
}

/** Commander writes what is wrong with a call, and the nearest name, to stderr by itself; what is left is the exit code. */
async function runProgram(program: Command, args: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(withoutUnknownHelp(program, args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new UsageError();
  }
}

/** Turns `help deplyo` into `deplyo`: Commander then names the nearest command, instead of printing the help of all. */
function withoutUnknownHelp(program: Command, args: readonly string[]): readonly string[] {
  let command = program;
  for (const [index, word] of args.entries()) {
    const below = command.commands.find((each) => each.name() === word);
    if (below === undefined) {
      const isUnknown =
        command.commands.length > 0 && !command.commands.some((each) => each.name() === args[index + 1]);
      const [name = ''] = word === 'help' && isUnknown ? args.slice(index + 1) : [];
      return /^[^-]/.test(name) && name !== 'help' ? [...args.slice(0, index), name] : args;
    }
    command = below;
  }
  return args;
}
