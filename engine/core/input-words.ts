/** One thing that a schema found wrong, as the Standard Schema interface has it. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>;
  /** The keys that the schema does not know, where that is the issue. */
  readonly keys?: readonly string[];
}

const FEW = 5;
const LONGEST = 100;

/** What a file or a caller wrote, as far as an error repeats it. */
export const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** The words of one issue. An input can have any number of unknown keys, of any length: a few are named. */
export function issueWords({ message, keys }: SchemaIssue): string {
  if (keys === undefined) return message;
  const more = keys.length > FEW ? ` and ${keys.length - FEW} more` : '';
  const named = keys.slice(0, FEW).map((key) => JSON.stringify(shortened(key)));
  return `unknown ${keys.length === 1 ? 'key' : 'keys'}: ${named.join(', ')}${more}`;
}

/** Where in the input an issue lies: `vnics.0.mac`; empty for the input as a whole. */
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
