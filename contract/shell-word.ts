/** Invisible characters that change what the user sees: control characters, bidirectional marks, zero-width characters, separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** A name as an argument in a command to copy: plain words unquoted, everything else quoted, including final punctuation. */
export const shellWord = (name: string): string => (/^(?!-)[\w.:@%+,/-]*[\w@%+/-]$/.test(name) ? name : quoted(name));

/** A complete command to type, with options. Only for display: it is never run by a shell. */
export const shellCommand = (argv: readonly string[]): string =>
  argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');

/**
 * Single quotes keep everything except themselves (POSIX.1 2.2.2). Invisible characters are written as bytes in $'...' of bash, zsh
 * and POSIX.1-2024; it contains no single quote, so that a shell without this syntax still reads one word.
 */
function quoted(word: string): string {
  if (!UNSEEN.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const bytes = [...new TextEncoder().encode(word)];
  const letters = bytes.map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, '0')}`,
  );
  return `$'${letters.join('')}'`;
}
