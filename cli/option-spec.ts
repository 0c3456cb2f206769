/** What a completion script offers for a value: existing names, or files. */
export type Completion =
  | 'dataCenter'
  | 'cluster'
  | 'host'
  | 'lab'
  | 'network'
  | 'vm'
  | 'image'
  | 'snapshot'
  | 'promise'
  | 'job'
  | 'scenario'
  | 'backup'
  | 'file'
  | readonly string[];

/** An argument of a command, by its position. */
export interface ArgSpec {
  /** As shown in help, upper case: `NETWORK`. */
  readonly name: string;
  readonly about: string;
  readonly optional?: boolean;
  /** Takes all remaining arguments; only allowed for the last one. */
  readonly many?: boolean;
  readonly complete?: Completion;
}

/** An option of a command. */
export interface OptionSpec {
  /** Long name without dashes: `keep-disks`. */
  readonly name: string;
  readonly about: string;
  /** `flag` takes no value, `list` can be repeated. */
  readonly type: 'flag' | 'text' | 'number' | 'list';
  /** The name of its value in the help: `MiB`. */
  readonly value?: string;
  readonly complete?: Completion;
}
