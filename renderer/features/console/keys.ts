/** One key press: its X11 keysym, and whether shift is held. */
export interface Key {
  readonly keysym: number;
  readonly shift: boolean;
}

const RETURN = 0xff0d;
const TAB = 0xff09;
export const SHIFT = 0xffe1;

/** Characters that need shift on an English (US) keyboard, the layout that QEMU gives a guest. */
const SHIFTED = /[A-Z~!@#$%^&*()_+{}|:"<>?]/;

/**
 * The key presses that type a text on an English (US) keyboard; `missing` lists the characters that have no key, each once.
 * Typing works with any guest: a clipboard needs an agent in the guest.
 */
export function keysOf(text: string): { keys: Key[]; missing: string[] } {
  const keys: Key[] = [];
  const missing = new Set<string>();
  for (const sign of text.replaceAll('\r\n', '\n')) {
    if (sign === '\n') keys.push({ keysym: RETURN, shift: false });
    else if (sign === '\t') keys.push({ keysym: TAB, shift: false });
    else if (/[ -~]/.test(sign)) keys.push({ keysym: sign.charCodeAt(0), shift: SHIFTED.test(sign) });
    else missing.add(sign);
  }
  return { keys, missing: [...missing] };
}
