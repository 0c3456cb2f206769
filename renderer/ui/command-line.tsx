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

/** A copyable text of several lines, shown whole. */
export function CopyText({ label, text: lines }: { label: string; text: string }) {
  return (
    <ClipboardCopy
      isReadOnly
      isCode
      isExpanded
      variant="expansion"
      hoverTip={text.copy}
      clickTip={text.copied}
      textAriaLabel={label}
      toggleAriaLabel={label}
    >
      {lines}
    </ClipboardCopy>
  );
}

/** Quotes one argument for sh, only if needed. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
