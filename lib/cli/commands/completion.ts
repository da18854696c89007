import { Argument, type Command, type Option } from 'commander';
import { addExamples } from '../arguments';
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

/** Shells that completion is written for. */
export const completedShells = ['bash', 'zsh', 'fish'] as const;

/** A shell that completion is written for. */
export type CompletedShell = (typeof completedShells)[number];

/**
 * How far a command line has come: the names of its commands, then the number of arguments after them, or the option that
 * awaits a value, or `-` where an option begins: ` deploy 0`, ` lint --format`, ` backup list -`. A `*` is any number.
 */
interface State {
  readonly name: string;
  /** Words that are offered. @default - names of files */
  readonly words?: readonly string[];
}

/** What the scripts read a command line by. */
interface Grammar {
  /** ` backup`, ` backup create` */
  readonly commands: readonly string[];
  /** States of the options that take a value. */
  readonly options: readonly State[];
  /** All states, those of the options included. */
  readonly states: readonly State[];
}

/** Writes the script that completes the commands, options and known values of a program in a shell. */
export function writeCompletion(program: Command, shell: CompletedShell): string {
  const grammar = readGrammar(program);
  if (shell === 'fish') return writeFishScript(program.name(), grammar);
  return `${shell === 'zsh' ? zshPreamble : ''}${writeBashScript(program.name(), grammar)}`;
}

function readGrammar(command: Command, path = '', siblings: readonly string[] = []): Grammar {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const names = commands.map((each) => each.name());
  const flags = help.visibleOptions(command);
  const options = flags.filter(({ required }) => required).map((option) => makeOptionState(path, option));
  const below = commands.map((each) => readGrammar(each, `${path} ${each.name()}`, names));
  return {
    commands: [...names.map((name) => `${path} ${name}`), ...below.flatMap((each) => each.commands)],
    options: [...options, ...below.flatMap((each) => each.options)],
    states: [
      ...(names.length > 0 ? [{ name: `${path} 0`, words: names }] : []),
      { name: `${path} -`, words: flags.map(({ long, flags: text }) => long ?? text) },
      ...options,
      ...command.registeredArguments.map((argument, index) => ({
        name: `${path} ${argument.variadic ? '*' : index}`,
        // The argument of help is another command.
        words: command.name() === 'help' ? siblings : wordsOf(argument, argument.name()),
      })),
      ...below.flatMap((each) => each.states),
    ],
  };
}

function makeOptionState(path: string, option: Option): State {
  const [, value = ''] = /<(.+)>/.exec(option.flags) ?? [];
  return { name: `${path} ${option.long}`, words: wordsOf(option, value) };
}

/** @param name of the value, as help shows it */
function wordsOf({ argChoices }: Pick<Argument, 'argChoices'>, name: string): readonly string[] | undefined {
  return argChoices ?? (['file', 'path'].includes(name) ? undefined : []);
}

function quoteStates(states: readonly string[]): string[] {
  return states.map((state) => `'${state}'`);
}

/** zsh runs completion functions of bash. */
const zshPreamble = `autoload -Uz compinit bashcompinit
(( \${+functions[compdef]} )) || compinit
bashcompinit
`;

function writeBashScript(name: string, { commands, options, states }: Grammar): string {
  const offered = states.map(({ name: state, words }) => {
    const pattern = state.endsWith('*') ? `'${state.slice(0, -1)}'*` : `'${state}'`;
    return `    ${pattern}) ${words === undefined ? 'files=-f; compopt -o filenames 2>/dev/null' : `words='${words.join(' ')}'`} ;;`;
  });
  return `_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} command='' option='' count=0 words='' files='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # bash takes = and : for words of their own, as in --format=json.
    if [[ $word == [=:]* || \${COMP_WORDS[i - 1]} == : ]]; then continue; fi
    if [[ -n $option ]]; then option=''; continue; fi
    case "$command $word" in
      ${quoteStates(commands).join(' | ')}) command="$command $word" ;;
      ${quoteStates(options.map((each) => each.name)).join(' | ')}) option=$word ;;
      *' -'*) ;;
      *) count=$((count + 1)) ;;
    esac
  done
  if [[ $current == = ]]; then current=''; fi
  if [[ $current == -* ]]; then count=-; fi
  case "$command \${option:-$count}" in
${offered.join('\n')}
  esac
  # shellcheck disable=SC2086,SC2207
  COMPREPLY=($(compgen $files -W "$words" -- "$current"))
}
complete -F _${name} ${name}
`;
}

function writeFishScript(name: string, { commands, options, states }: Grammar): string {
  const offered = states.map(({ name: state, words }) => {
    const offer = words === undefined ? '__fish_complete_path $current' : `string split -- ' ' '${words.join(' ')}'`;
    return `    case '${state}'\n      ${offer}`;
  });
  return `function __${name}_words
  set --local current (commandline --current-token)
  set --local command ''
  set --local option ''
  set --local count 0
  for word in (commandline --tokenize --cut-at-cursor --current-process)[2..]
    if test -n "$option"
      set option ''
      continue
    end
    switch "$command $word"
      case ${quoteStates(commands).join(' ')}
        set command "$command $word"
      case ${quoteStates(options.map((each) => each.name)).join(' ')}
        set option $word
      case '* -*'
      case '*'
        set count (math $count + 1)
    end
  end
  string match --quiet -- '-*' "$current"; and set count -
  test -n "$option"; and set count $option
  switch "$command $count"
${offered.join('\n')}
  end
end
complete --command ${name} --no-files --arguments '(__${name}_words)'
`;
}
