import type { Argument, Command } from 'commander';
import { createProgram } from '../../../lib/cli/program';
import { vezaProject } from './call-veza';

/** The words of a line of shell, those in quotes as one. */
function wordsOf(line: string): string[] {
  const [typed = ''] = line.split(/ +[#|] /);
  return (typed.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
}

/**
 * What is wrong in the arguments of `veza` as they are typed in a document: a command, option or argument that does not
 * exist, or too many or too few arguments. Values are not checked: a document may write `<version>`.
 */
export function programProblems(line: string): string[] {
  const words = wordsOf(line);
  const { command, rest } = resolve(createProgram(vezaProject), words);
  if (command.commands.length > 0) return [`${line}: is no command`];
  const { args, problems } = readOptions(command, rest);
  const least = command.registeredArguments.filter(({ required }: Argument) => required).length;
  const most = command.registeredArguments.some(({ variadic }) => variadic)
    ? Infinity
    : command.registeredArguments.length;
  // What stands in prose alone is the command's name: `veza restore` lists what will be missing.
  const isName = rest.length === 0;
  const count = isName || (args.length >= least && args.length <= most);
  return [...problems.map((problem) => `${line}: ${problem}`), ...(count ? [] : [`${line}: ${args.length} arguments`])];
}

function resolve(command: Command, [word, ...rest]: readonly string[]): { command: Command; rest: readonly string[] } {
  const next = command.commands.find((each) => each.name() === word);
  return next ? resolve(next, rest) : { command, rest: word === undefined ? [] : [word, ...rest] };
}

function readOptions(command: Command, words: readonly string[]): { args: string[]; problems: string[] } {
  const [args, problems]: [string[], string[]] = [[], []];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('--')) {
      args.push(word);
      continue;
    }
    const [name] = word.split('=');
    const option = command.options.find(({ long }) => long === name);
    if (!option) problems.push(`${name} is no option`);
    else if (option.required && !word.includes('=')) index += 1;
  }
  return { args, problems };
}
