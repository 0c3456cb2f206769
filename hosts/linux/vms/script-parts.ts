/** A constant script that is a part of another. */
export interface ScriptPart {
  readonly script: string;
  readonly args: readonly string[];
  /** The one part that gets the input of the whole. */
  readonly reads?: boolean;
}

/**
 * Constant scripts as one, in order, up to the first that fails. Each runs in a subshell of its own: its arguments are $1, $2, ... as
 * alone, and neither its variables nor its `exit` concern the others. The text depends on which parts there are, never on their arguments.
 */
export function inOneScript(parts: readonly ScriptPart[]): {
  readonly script: string;
  readonly args: readonly string[];
} {
  const args: string[] = [];
  const lines = parts.map((part, i) => {
    const words = part.args.map((_, at) => `"\${${args.length + at + 1}}"`).join(' ');
    args.push(...part.args);
    return `part_${i}() (\n${part.script}\n)\npart_${i} ${words}${part.reads ? '' : ' </dev/null'} || exit`;
  });
  return { script: `${lines.join('\n')}\n`, args };
}
