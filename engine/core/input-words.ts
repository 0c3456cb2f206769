/** One thing that a schema found wrong, as the Standard Schema interface has it. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>;
}

/** Where in the input an issue lies: `vnics.0.mac`; empty for the input as a whole. */
export function fieldOf(issue: SchemaIssue): string {
  return (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}

/** What a person reads: `name: must not start with "bond"`. Several issues are joined; at most five are named. */
export function wordsFor(issues: readonly SchemaIssue[]): string {
  const lines = issues.slice(0, 5).map((issue) => {
    const field = fieldOf(issue);
    return field === '' ? issue.message : `${field}: ${issue.message}`;
  });
  if (issues.length > lines.length) lines.push(`and ${issues.length - lines.length} more`);
  return lines.join('; ');
}
