import { ERROR_CODES } from '../contract/app-error';
import { COMMANDS } from './commands/all';
import { CHANGE_OPTIONS, COMMON_OPTIONS, type CommandSpec, DESTRUCTIVE_OPTIONS, usage } from './spec';
import { type OptionSpec } from './option-spec';

/** Escapes text for roff: no escapes, no requests at the start of a line, dashes that can be copied (groff_char(7)). */
const literal = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^([.'])/gm, '\\&$1');

const item = (bold: string, text: string, italic = ''): string =>
  `.TP\n\\fB${literal(bold)}\\fR${italic ? ` \\fI${literal(italic)}\\fR` : ''}\n${literal(text)}`;

const option = ({ name, type, value, about }: OptionSpec): string =>
  item(`--${name}`, about, type === 'flag' ? '' : (value ?? 'VALUE'));

function command(spec: CommandSpec): string[] {
  const also = [...(spec.changes ? CHANGE_OPTIONS : []), ...(spec.destructive ? DESTRUCTIVE_OPTIONS : [])];
  const about = `${spec.about.charAt(0).toUpperCase()}${spec.about.slice(1)}.`;
  return [
    `.SS "${literal(usage(spec)).replaceAll('"', '\\(dq')}"`,
    literal(about),
    ...(spec.args ?? []).map(({ name, about: words }) => item(name, words)),
    ...(spec.options ?? []).map(option),
    ...(also.length > 0 ? ['.PP', literal(`Also takes ${also.map(({ name }) => `--${name}`).join(', ')}.`)] : []),
    ...(spec.examples ? ['.PP', '.nf', ...spec.examples.map((line) => literal(line)), '.fi'] : []),
  ];
}

/** atoll(1), generated from the table of commands, like docs/cli.md. */
export function manPage(version: string): string {
  return [
    `.TH ATOLL 1 "" "Atoll ${literal(version)}" "User Commands"`,
    '.SH NAME',
    'atoll \\- isolated virtual machine networks, and VMs on them',
    '.SH SYNOPSIS',
    '.B atoll',
    '\\fINOUN VERB\\fR [\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]',
    '.SH DESCRIPTION',
    literal(
      'Atoll creates isolated networks (bridges without a NIC, sealed even against their own host) and runs VMs on them, in a lab ' +
        'that needs no root. The first command that needs the engine starts it in the background; labs and VMs keep running when it stops. ' +
        'Objects are named by id or name. Write a name that begins with a dash after -- .',
    ),
    '.SH OPTIONS OF ALL COMMANDS',
    ...COMMON_OPTIONS.map(option),
    '.PP',
    'Commands that change something also take:',
    ...CHANGE_OPTIONS.map(option),
    '.PP',
    'Destructive commands also take:',
    ...DESTRUCTIVE_OPTIONS.map(option),
    '.SH COMMANDS',
    ...COMMANDS.flatMap(command),
    '.SH EXIT STATUS',
    item('0', 'Done'),
    ...Object.entries(ERROR_CODES).map(([code, { exit, title }]) => item(String(exit), `${title} (${code})`)),
    '.SH ENVIRONMENT',
    item('ATOLL_HOME', 'home directory, if --home is not given'),
    item('ATOLL_LOG', 'level of engine.log in the home: debug, info (default), warn, error'),
    item('ATOLL_DEBUG', 'if set, errors are printed with their stack trace on stderr'),
    '.SH FILES',
    item('~/.local/share/atoll', 'home directory: database, labs, disks, images, log'),
    '.SH SEE ALSO',
    '.BR virsh (1),\n.BR ip (8),\n.BR nft (8)',
    '',
  ].join('\n');
}
