import { ClipboardCopy } from '@patternfly/react-core/dist/dynamic/components/ClipboardCopy';

/** A command that a person would type, ready to be copied. Words with blanks or signs are quoted for sh. */
export function CommandLine({ argv }: { argv: readonly string[] }) {
  return (
    <ClipboardCopy isReadOnly isCode hoverTip="Copy" clickTip="Copied" textAriaLabel="Command">
      {argv.map(quoted).join(' ')}
    </ClipboardCopy>
  );
}

/** Quotes one word for sh, only where it must be. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
