import { ClipboardCopy } from '@patternfly/react-core/dist/dynamic/components/ClipboardCopy';
import { text } from './text';

/** A copyable command. Arguments with spaces or special characters are quoted for sh. */
export function CommandLine({ argv }: { argv: readonly string[] }) {
  return (
    <ClipboardCopy isReadOnly isCode hoverTip={text.copy} clickTip={text.copied} textAriaLabel={text.command}>
      {argv.map(quoted).join(' ')}
    </ClipboardCopy>
  );
}

/** Quotes one argument for sh, only if needed. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
