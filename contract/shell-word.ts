/** Letters that change what a person sees without being seen: control characters, bidirectional marks, zero-width ones, separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** A name as an argument in a command that a person may copy: plain words bare, all else quoted, also what ends like a sentence. */
export const shellWord = (name: string): string => (/^(?!-)[\w.:@%+,/-]*[\w@%+/-]$/.test(name) ? name : quoted(name));

/** A whole command for a person to type, options and all. Only for showing: nothing here is ever run by a shell. */
export const shellCommand = (argv: readonly string[]): string =>
  argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');

/**
 * Single quotes keep everything but themselves (POSIX.1 2.2.2). What can't be seen is written as bytes in $'...' of bash, zsh and
 * POSIX.1-2024; no single quote is in there, so that a shell which does not know it takes the word for text all the same.
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
