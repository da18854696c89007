import { Argument, type Command } from 'commander';
import { addExamples } from '../arguments';
import { type CompletedShell, completedShells, writeCompletion } from '../completion';
import { print, type System } from '../system';

const details = `
It completes the word veza, so with npx give that a name first: alias veza='npx veza'`;

/** Adds `veza completion`. It comes last: it prints what the commands before it take. */
export function addCompletionCommand(program: Command, system: System): void {
  const command = program
    .command('completion')
    .description('Print the script that completes commands, options and environments in a shell.')
    .addArgument(new Argument('<shell>', 'shell that reads the script').choices(completedShells))
    .addHelpText('after', details)
    .action((shell: CompletedShell) => print(system, writeCompletion(program, shell).trimEnd()));
  addExamples(command, 'completion bash   # as in ~/.bashrc: source <(npx veza completion bash)');
}
