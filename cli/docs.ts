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
  const also = [...(spec.changes ? ['--dry-run', '--no-wait'] : []), ...(spec.destructive ? ['--yes'] : [])];
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

/** docs/cli.md, made from the table of commands and the table of error codes. */
export function cliReference(): string {
  return [
    '# The command line',
    '',
    '<!-- Made by scripts/docs.mjs from cli/commands. Do not edit. -->',
    '',
    '`atoll NOUN VERB`, by id or by name. The first command that needs it starts the engine of the home in the background; it stays',
    'while a host is active, and ends on `atoll stop`. Labs and VMs go on either way. A name that begins with a dash is written after `--`.',
    '',
    '## For all commands',
    '',
    '| | |',
    '| --- | --- |',
    ...optionRows(COMMON_OPTIONS),
    '',
    'Commands that change something wait for the work on hosts and show its progress on stderr. They also take:',
    '',
    '| | |',
    '| --- | --- |',
    ...optionRows(CHANGE_OPTIONS),
    '',
    'Commands that destroy something ask on a terminal, and are refused without one unless they are given:',
    '',
    '| | |',
    '| --- | --- |',
    ...optionRows(DESTRUCTIVE_OPTIONS),
    '',
    '## Environment',
    '',
    '| | |',
    '| --- | --- |',
    '| `ATOLL_HOME` | the home, when `--home` is not given |',
    '| `ATOLL_LOG` | what the engine writes to engine.log in the home: `debug`, `info` (default), `warn`, `error`; read when it starts |',
    '| `ATOLL_GRACE_MS` | how long an engine without an active host, an open job or a client stays (default 10000); read when it starts |',
    '| `ATOLL_DEBUG` | where an error came from, on stderr |',
    '',
    '## JSON',
    '',
    'With `--json` the answer, and nothing else, is on stdout; what follows something is one JSON value a line. The shapes below are in',
    "TypeScript's notation with the names of the types in [contract/model](../contract/model). Fields may be added, never renamed or removed,",
    'within one contract version. An error is one JSON object on stderr: `{ error: { code, message, hint, field?, rule? } }`.',
    'The answer of a changing command tells of the thing as it is once its job has ended.',
    '',
    '## Exit codes',
    '',
    'Without `--json` an error is `error[CODE]: message` and `hint: what to do` on stderr.',
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
