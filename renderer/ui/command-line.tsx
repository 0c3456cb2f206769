import { ClipboardCopy } from '@patternfly/react-core/dist/dynamic/components/ClipboardCopy';
import { text } from './text';

/** A command that a person would type, ready to be copied. Words with blanks or signs are quoted for sh. */
export function CommandLine({ argv }: { argv: readonly string[] }) {
  return (
    <ClipboardCopy isReadOnly isCode hoverTip={text.copy} clickTip={text.copied} textAriaLabel={text.command}>
      {argv.map(quoted).join(' ')}
    </ClipboardCopy>
  );
}

/** Quotes one word for sh, only where it must be. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
