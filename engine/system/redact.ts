const CUT = '[cut]';

/**
 * Removes from a text what nobody should attach to a bug report: `known` secrets literally, and everything that looks like one. It
 * may remove too much; names of hosts, networks and VMs, and addresses, stay.
 */
export function withoutSecrets(text: string, known: readonly string[] = []): string {
  let left = text;
  // The longest first, so that a secret which contains another one is removed whole; also in its JSON form in a log.
  const words = known
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .filter(({ length }) => length > 0);
  for (const word of [...new Set(words)].sort((a, b) => b.length - a.length)) left = left.replaceAll(word, CUT);
  return PATTERNS.reduce((so, [pattern, by]) => so.replace(pattern, by), left);
}

const NAME =
  '[\\w.-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|cookie|credential|api[_-]?key|private[_-]?key)[\\w.-]{0,40}';

const PATTERNS: ReadonlyArray<readonly [RegExp, string]> = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, CUT],
  // The same within one line of JSON.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|[^"\n])*/g, CUT],
  [new RegExp(`("${NAME}"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi'), `$1"${CUT}"`],
  [new RegExp(`(\\b${NAME}\\s*[=:]\\s*)(?!\\s|"|\\[cut\\])\\S+`, 'gi'), `$1${CUT}`],
  [new RegExp(`(--?${NAME}\\s+)\\S+`, 'gi'), `$1${CUT}`],
  [/\b(authorization\s*[:=]\s*)(?:(?:basic|bearer)\s+)?\S+/gi, `$1${CUT}`],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@]{1,200}):[^\s/@]+@/gi, `$1:${CUT}@`],
];
