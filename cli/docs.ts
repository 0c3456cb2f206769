import { ERROR_CODES } from '../contract/app-error';
import { COMMANDS } from './commands/all';
import { CHANGE_OPTIONS, COMMON_OPTIONS, type CommandSpec, DESTRUCTIVE_OPTIONS, usage } from './spec';
import { type OptionSpec } from './option-spec';

const flagText = ({ name, type, value }: OptionSpec): string =>
  type === 'flag' ? `--${name}` : `--${name} ${value ?? 'VALUE'}`;
const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const optionRows = (options: readonly OptionSpec[]): string[] =>
  options.map((option) => row([`\`${flagText(option)}\``, option.about]));

function section(spec: CommandSpec): string[] {
  const own = [
    ...(spec.args ?? []).map(({ name, about }) => row([`\`${name}\``, about])),
    ...optionRows(spec.options ?? []),
  ];
  const also = [
    ...(spec.changes ? ['--dry-run', '--break-promises', '--no-wait'] : []),
    ...(spec.destructive ? ['--yes'] : []),
  ];
  return [
    `### ${usage(spec)}`,
    '',
    `${spec.about.charAt(0).toUpperCase()}${spec.about.slice(1)}.${also.length > 0 ? ` Also takes ${also.map((name) => `\`${name}\``).join(', ')}.` : ''}`,
    '',
    ...(own.length > 0 ? ['| | |', '| --- | --- |', ...own, ''] : []),
    `JSON: \`${spec.json}\``,
    '',
    ...(spec.examples ? ['```sh', ...spec.examples, '```', ''] : []),
  ];
}

const codes = Object.entries(ERROR_CODES).map(([code, { exit, title }]) => row([`\`${code}\``, String(exit), title]));

/** docs/cli.md, generated from the table of commands and the table of error codes. */
export function cliReference(): string {
  return [
    '# The command line',
    '',
    '<!-- Made by scripts/docs.mjs from cli/commands. Do not edit. -->',
    '',
    '`atoll NOUN VERB`. Objects are named by id or name. The first command that needs the engine of the home starts it in the background; it',
    'runs while a host is active, and until `atoll stop`. Labs and VMs keep running when it stops. Write a name that begins with a dash after `--`.',
    '',
    '## For all commands',
    '',
    '| | |',
    '| --- | --- |',
    ...optionRows(COMMON_OPTIONS),
    '',
    'Commands that change something wait until the work on hosts has finished, with progress on stderr. They also take:',
    '',
    '| | |',
    '| --- | --- |',
    ...optionRows(CHANGE_OPTIONS),
    '',
    'Destructive commands ask for confirmation. Without a terminal they are refused, unless you pass:',
    '',
    '| | |',
    '| --- | --- |',
    ...optionRows(DESTRUCTIVE_OPTIONS),
    '',
    '## Environment',
    '',
    '| | |',
    '| --- | --- |',
    '| `ATOLL_HOME` | home directory, if `--home` is not given |',
    '| `ATOLL_LOG` | level of engine.log in the home: `debug`, `info` (default), `warn`, `error`; read when the engine starts |',
    '| `ATOLL_GRACE_MS` | how long an engine without an active host, job or client keeps running, in milliseconds (default: 10000); read when it starts |',
    '| `ATOLL_DEBUG` | if set, errors are printed with their stack trace on stderr |',
    '',
    '## JSON',
    '',
    'With `--json`, stdout is one JSON value; commands that follow something print one value per line. The shapes below are in',
    "TypeScript's notation with the names of the types in [contract/model](../contract/model). Fields may be added, never renamed or removed,",
    'within one contract version. An error is one JSON object on stderr: `{ error: { code, message, remedy, hint, field?, rule? } }`.',
    'A command that changes an object prints its state after the job has finished.',
    'What a command did as asked and may be a mistake, such as a name that looks like another, is in its `warnings`; without `--json` on stderr.',
    'Messages of events, and the titles and results of jobs, are English text. The data they are made of, `{ type, params }`, is in a second',
    'field whose name ends in `Data`: `message` and `messageData`, `title` and `titleData`.',
    '',
    '## Exit codes',
    '',
    'Without `--json`, an error is printed on stderr as `error[CODE]: message` and `hint: what to do`.',
    '',
    '| code | exit | meaning |',
    '| --- | --- | --- |',
    row(['', '0', 'Done']),
    ...codes,
    '',
    '## Commands',
    '',
    ...COMMANDS.flatMap(section),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
