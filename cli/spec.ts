import type { Context } from './context';
import type { ArgSpec, OptionSpec } from './option-spec';

export type Run = (context: Context) => Promise<void>;

/** One command. Help, completion, docs/cli.md and tests are generated from the table of commands. */
export interface CommandSpec {
  /** Noun and verb, or one word. */
  readonly path: readonly [string] | readonly [string, string];
  readonly about: string;
  readonly args?: readonly ArgSpec[];
  readonly options?: readonly OptionSpec[];
  /** Takes --dry-run, --break-promises and --no-wait. */
  readonly changes?: boolean;
  /** Takes --yes; the command defines the question. */
  readonly destructive?: boolean;
  /** The type of `--json` output, in TypeScript notation with the names of contract/model. */
  readonly json: string;
  readonly examples?: readonly string[];
  /** Loads the code that runs it on demand. */
  readonly run: () => Promise<Run>;
}

/** The options of every command. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'home',
    type: 'text',
    value: 'DIR',
    about: 'home directory of Atoll (default: ATOLL_HOME, or ~/.local/share/atoll)',
    complete: 'file',
  },
  { name: 'json', type: 'flag', about: 'print only JSON on stdout' },
];

export const CHANGE_OPTIONS: readonly OptionSpec[] = [
  { name: 'dry-run', type: 'flag', about: 'show what would change without changing anything' },
  {
    name: 'break-promises',
    type: 'flag',
    about: 'make the change even if it breaks promises of severity refuse; this is recorded',
  },
  { name: 'no-wait', type: 'flag', about: 'print the id of the job instead of waiting for it' },
];

export const DESTRUCTIVE_OPTIONS: readonly OptionSpec[] = [
  { name: 'yes', type: 'flag', about: 'do not ask for confirmation' },
];

/** All options of a command, its own first. */
export function optionsOf(spec: CommandSpec): OptionSpec[] {
  return [
    ...(spec.options ?? []),
    ...(spec.changes ? CHANGE_OPTIONS : []),
    ...(spec.destructive ? DESTRUCTIVE_OPTIONS : []),
    ...COMMON_OPTIONS,
  ];
}

/** `atoll network add NAME... [--isolated]`, without the common options. */
export function usage(spec: CommandSpec): string {
  const args = (spec.args ?? []).map(({ name, optional, many }) => {
    const text = many ? `${name}...` : name;
    return optional ? `[${text}]` : text;
  });
  return ['atoll', ...spec.path, ...args].join(' ');
}
