/** What a completion script offers for a value: names that exist now, or files. */
export type Completion =
  | 'dataCenter'
  | 'cluster'
  | 'host'
  | 'lab'
  | 'network'
  | 'vm'
  | 'image'
  | 'snapshot'
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
  /** Takes all the rest; only the last one may. */
  readonly many?: boolean;
  readonly complete?: Completion;
}

/** An option of a command. */
export interface OptionSpec {
  /** Long name without dashes: `keep-disks`. */
  readonly name: string;
  readonly about: string;
  /** `flag` takes no value, `list` may be given several times. */
  readonly type: 'flag' | 'text' | 'number' | 'list';
  /** How its value is called in help: `MiB`. */
  readonly value?: string;
  readonly complete?: Completion;
}
