import { lookAlikeOf } from '../../contract/state/look-alike';
import { text } from './text';

/** A warning if the name looks like one of the others but is another; else nothing. */
export function lookAlike(name: string, others: Iterable<{ readonly name: string }>): string | undefined {
  const found = lookAlikeOf(name, others);
  return found && text.looksAlike[found.by](found.other);
}
