import { Argument, Command, type CommanderError, Help, Option } from 'commander';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { COMMANDS, NOUNS } from './commands/all';
import { Input } from './input';
import { COMMON_OPTIONS, type CommandSpec, optionsOf } from './spec';
import { type ArgSpec, type OptionSpec } from './option-spec';

/** Called with a command and its input. */
export type Dispatch = (spec: CommandSpec, input: Input) => Promise<void>;

/**
 * The commander program, built from the table of commands. With `noun`, only that noun's commands are built (building all takes
 * some milliseconds at each start); an unknown noun builds all, for help and suggestions. Common options are also allowed before
 * the noun.
 */
export function buildProgram(dispatch: Dispatch, noun?: string): Command {
  const program = prepare(new Command('atoll'))
    .description('Isolated virtual machine networks on one computer or many.')
    .enablePositionalOptions();
  for (const option of COMMON_OPTIONS) program.addOption(optionFor(option));
  const wanted = COMMANDS.filter(({ path }) => path[0] === noun);
  const nouns = new Map<string, Command>();
  for (const spec of wanted.length > 0 ? wanted : COMMANDS) {
    const [first, second] = spec.path;
    if (second === undefined) nouns.set(first, addTo(program, commandFor(spec, first, program, dispatch)));
    else nounOf(program, nouns, first).addCommand(commandFor(spec, second, program, dispatch));
  }
  return program;
}

function addTo(program: Command, command: Command): Command {
  program.addCommand(command);
  return command;
}

/** A noun that is also a command (`atoll backup FILE`) comes before its verbs in the table. */
function nounOf(program: Command, nouns: Map<string, Command>, name: string): Command {
  const known = nouns.get(name);
  // Otherwise it would take the options after its verb.
  if (known) return known.enablePositionalOptions();
  const noun = prepare(new Command(name)).description(NOUNS[name] ?? '');
  nouns.set(name, noun);
  return addTo(program, noun);
}

/** The widest column of options: descriptions start behind it, and a longer option has a line of its own. */
const OPTION_WIDTH = 34;

/** Help that keeps its descriptions in one column, also beside one very long option. */
const HELP: Partial<Help> = {
  padWidth(command, helper) {
    return Math.min(OPTION_WIDTH, Help.prototype.padWidth.call(this, command, helper));
  },
  formatItem(term, width, description, helper) {
    const item = (words: string) => Help.prototype.formatItem.call(this, words, width, description, helper);
    return helper.displayWidth(term) <= width ? item(term) : `  ${term}\n${item('')}`;
  },
};

/** Prevents commander from exiting or printing: errors become AppErrors, help goes to stdout. */
function prepare(command: Command): Command {
  return command
    .exitOverride()
    .helpCommand(false)
    .configureHelp(HELP)
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined })
    .showSuggestionAfterError(true);
}

function commandFor(spec: CommandSpec, name: string, program: Command, dispatch: Dispatch): Command {
  const command = prepare(new Command(name)).description(spec.about);
  for (const arg of spec.args ?? []) command.addArgument(argumentFor(arg));
  for (const option of optionsOf(spec)) command.addOption(optionFor(option));
  if (spec.examples)
    command.addHelpText('after', ['', 'Examples:', ...spec.examples.map((line) => `  ${line}`)].join('\n'));
  return command.action(() => dispatch(spec, readInput(spec, command, program)));
}

function argumentFor({ name, about, optional, many }: ArgSpec): Argument {
  const text = many ? `${name}...` : name;
  return new Argument(optional ? `[${text}]` : `<${text}>`, about);
}

function optionFor({ name, about, type, value }: OptionSpec): Option {
  const option = new Option(type === 'flag' ? `--${name}` : `--${name} <${value ?? 'value'}>`, about);
  if (type === 'list')
    option.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
  return option;
}

function readInput(spec: CommandSpec, command: Command, program: Command): Input {
  const args = new Map<string, readonly string[]>();
  (spec.args ?? []).forEach(({ name }, i) => {
    const value: unknown = command.processedArgs[i];
    if (Array.isArray(value)) args.set(name, value.map(String));
    else if (typeof value === 'string') args.set(name, [value]);
  });
  // Options after the command override those before the noun.
  const options = new Map([...valuesOf(program), ...valuesOf(command)]);
  return new Input({ args: spec.args ?? [], options: optionsOf(spec) }, args, options);
}

type OptionValue = string | boolean | readonly string[];

function valuesOf(command: Command): Array<readonly [name: string, value: OptionValue]> {
  return command.options.flatMap((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    const name = option.long?.slice(2) ?? '';
    // Commander stores `--no-wait` as `wait`, true by default.
    if (option.negate) return [[name, value === false] as const];
    const isValue = typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value);
    return isValue ? [[name, value as OptionValue] as const] : [];
  });
}

/** Converts an error of commander to an AppError; null if it only printed help. */
export function fromCommander(error: CommanderError, typed: readonly string[]): AppError | null {
  if (error.exitCode === 0) return null;
  if (error.code === 'commander.help') return verbMissing(typed);
  const message = error.message
    .replace(/^error: /, '')
    .replaceAll("'", '"')
    .replace(/\n\(Did you mean (.*)\?\)$/, '. Did you mean "$1"?');
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  const help = `See ${['atoll', ...commandIn(typed), '--help'].join(' ')}.`;
  const hint =
    error.code === 'commander.unknownOption' ? `${help} Write a name that begins with a dash after -- .` : help;
  return new AppError('BAD_INPUT', /[.?)]$/.test(sentence) ? sentence : `${sentence}.`, { remedy: note(hint) });
}

/** The command that was typed, or its noun; nothing if words of options stand before it. */
function commandIn(typed: readonly string[]): readonly string[] {
  const words = typed.filter((word) => !word.startsWith('-'));
  const command = COMMANDS.find(({ path }) => path.every((word, i) => words[i] === word));
  return command?.path ?? words.slice(0, 1).filter((word) => Object.hasOwn(NOUNS, word));
}

/** `atoll network` alone. */
function verbMissing(typed: readonly string[]): AppError {
  const noun = typed.find((word) => Object.hasOwn(NOUNS, word)) ?? 'NOUN';
  const verbs = COMMANDS.filter(({ path }) => path[0] === noun).flatMap(({ path }) => path[1] ?? []);
  return new AppError('BAD_INPUT', `Say what to do: atoll ${noun} ${verbs.join('|')}.`, {
    remedy: note(`See atoll ${noun} --help.`),
  });
}
