/** An issue in the form of the Standard Schema interface. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>;
  /** The unknown keys, if that is the issue. */
  readonly keys?: readonly string[];
}

const FEW = 5;
const LONGEST = 100;

/** Text of a file or a caller, truncated for an error. */
export const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** The message of one issue. An input can have any number of unknown keys, of any length: a few are named. */
export function issueWords({ message, keys }: SchemaIssue): string {
  if (keys === undefined) return message;
  const more = keys.length > FEW ? ` and ${keys.length - FEW} more` : '';
  const named = keys.slice(0, FEW).map((key) => JSON.stringify(shortened(key)));
  return `unknown ${keys.length === 1 ? 'key' : 'keys'}: ${named.join(', ')}${more}`;
}

/** The path of an issue in the input: `vnics.0.mac`; empty for the input as a whole. */
export function fieldOf(issue: SchemaIssue): string {
  return (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}

/** A readable message: `name: must not start with "bond"`. Several issues are joined; at most five are named. */
export function wordsFor(issues: readonly SchemaIssue[]): string {
  const lines = issues.slice(0, FEW).map((issue) => {
    const field = fieldOf(issue);
    return field === '' ? issueWords(issue) : `${field}: ${issueWords(issue)}`;
  });
  if (issues.length > lines.length) lines.push(`and ${issues.length - lines.length} more`);
  return lines.join('; ');
}
