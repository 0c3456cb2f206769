/** At most five names, for a refusal that must name them. */
export function listed(things: readonly { readonly name: string }[]): string {
  const names = things.slice(0, 5).map((thing) => `"${thing.name}"`);
  const more = things.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
