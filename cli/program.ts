import { Argument, Command, type CommanderError, Option } from 'commander';
import { AppError } from '../contract/app-error';
import { COMMANDS, NOUNS } from './commands/all';
import { Input } from './input';
import { type ArgSpec, type CommandSpec, type OptionSpec, optionsOf } from './spec';

/** Called with a command and what was typed for it. */
export type Dispatch = (spec: CommandSpec, input: Input) => Promise<void>;

/** The whole command line as commander knows it, made from the table of commands. */
export function buildProgram(dispatch: Dispatch): Command {
  const program = prepare(new Command('atoll')).description(
    'Isolated virtual machine networks on one computer or many.',
  );
  const nouns = new Map<string, Command>();
  for (const spec of COMMANDS) {
    const [first, second] = spec.path;
    if (second === undefined) {
      program.addCommand(commandFor(spec, first, dispatch));
      continue;
    }
    let noun = nouns.get(first);
    if (!noun) {
      noun = prepare(new Command(first)).description(NOUNS[first] ?? '');
      nouns.set(first, noun);
      program.addCommand(noun);
    }
    noun.addCommand(commandFor(spec, second, dispatch));
  }
  return program;
}

/** Commander must not end the process or write by itself: errors become AppErrors, help goes to stdout. */
function prepare(command: Command): Command {
  return command
    .exitOverride()
    .helpCommand(false)
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined })
    .showSuggestionAfterError(true);
}

function commandFor(spec: CommandSpec, name: string, dispatch: Dispatch): Command {
  const command = prepare(new Command(name)).description(spec.about);
  for (const arg of spec.args ?? []) command.addArgument(argumentFor(arg));
  for (const option of optionsOf(spec)) command.addOption(optionFor(option));
  if (spec.examples)
    command.addHelpText('after', ['', 'Examples:', ...spec.examples.map((line) => `  ${line}`)].join('\n'));
  return command.action(() => dispatch(spec, readInput(spec, command)));
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

function readInput(spec: CommandSpec, command: Command): Input {
  const args = new Map<string, readonly string[]>();
  (spec.args ?? []).forEach(({ name }, i) => {
    const value: unknown = command.processedArgs[i];
    if (Array.isArray(value)) args.set(name, value.map(String));
    else if (typeof value === 'string') args.set(name, [value]);
  });
  const options = new Map<string, string | boolean | readonly string[]>();
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const name = option.long?.slice(2) ?? '';
    // Commander keeps `--no-wait` as `wait`, true until it is given.
    if (option.negate) options.set(name, value === false);
    else if (typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value))
      options.set(name, value as string | boolean | readonly string[]);
  }
  return new Input({ args: spec.args ?? [], options: optionsOf(spec) }, args, options);
}

/** What commander found wrong, as one of ours; null when it only showed help. */
export function fromCommander(error: CommanderError): AppError | null {
  if (error.exitCode === 0) return null;
  const message = error.message.replace(/^error: /, '');
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  const hint =
    error.code === 'commander.unknownOption'
      ? 'See --help. A name that begins with a dash is written after -- .'
      : 'See --help.';
  return new AppError('BAD_INPUT', sentence.endsWith('.') || sentence.endsWith(')') ? sentence : `${sentence}.`, {
    hint,
  });
}
