/** A piece of a hint: words, or a command as one would type it after `atoll`. */
export type HintPart =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly typed: string };

const CALL = 'atoll ';
/** Quoted as for sh (`'it'\''s'`), in double quotes, or bare. */
const WORD = /(?:'[^']*'|\\')+|"[^"]*"|[\w@%+=:,./-]+/y;

/**
 * A hint of the engine in its pieces. Hints are written for a terminal (`Start it: atoll vm start web1`, "`atoll doctor` says why"); a
 * screen puts something to click in the place of the command. A command stands alone or in backticks, never within a quoted name.
 */
export function partsOf(hint: string): HintPart[] {
  const parts: HintPart[] = [];
  let rest = 0;
  for (let at = hint.indexOf(CALL); at >= 0; at = hint.indexOf(CALL, at + 1)) {
    if (!beginsAt(hint, at)) continue;
    const ticked = hint[at - 1] === '`';
    const { argv, end } = argvFrom(hint, at + CALL.length);
    if (argv.length === 0 || (ticked && hint[end] !== '`')) continue;
    const begin = ticked ? at - 1 : at;
    if (begin > rest) parts.push({ kind: 'words', words: hint.slice(rest, begin) });
    parts.push({ kind: 'command', argv, typed: hint.slice(at, end) });
    rest = ticked ? end + 1 : end;
    at = rest - 1;
  }
  if (rest < hint.length) parts.push({ kind: 'words', words: hint.slice(rest) });
  return parts;
}

/** At the beginning of a word, and not inside a name in double quotes. */
function beginsAt(hint: string, at: number): boolean {
  const before = hint.slice(0, at);
  return /(^|[\s(`])$/.test(before) && (before.split('"').length - 1) % 2 === 0;
}

/** The words of a command, and where it ends: a comma, a full stop or the like behind a word ends it. */
function argvFrom(hint: string, from: number): { argv: string[]; end: number } {
  const argv: string[] = [];
  let [at, end] = [from, from];
  for (;;) {
    WORD.lastIndex = at;
    const word = WORD.exec(hint)?.[0];
    if (word === undefined) return { argv, end };
    const bare = /^[^'"\\].*?(?=[.,:;]*$)/.exec(word)?.[0] ?? word;
    argv.push(unquoted(bare));
    end = at + bare.length;
    if (bare !== word || hint[end] !== ' ') return { argv, end };
    at = end + 1;
  }
}

const unquoted = (word: string): string =>
  word.startsWith('"') ? word.slice(1, -1) : word.replace(/'([^']*)'|\\(')/g, (_, inside, quote) => inside ?? quote);
