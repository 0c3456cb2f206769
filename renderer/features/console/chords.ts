import { text } from './text';

/** Key combinations that a browser or desktop intercepts: X11 keysyms with the physical key of each. */
export interface Chord {
  readonly id: string;
  readonly label: string;
  readonly keys: readonly (readonly [keysym: number, code: string])[];
}

/* eslint-disable atoll/loose-words -- names of physical keys, as the protocol has them */
const CTRL = [0xffe3, 'ControlLeft'] as const;
const ALT = [0xffe9, 'AltLeft'] as const;
const SUPER = [0xffeb, 'MetaLeft'] as const;
const F1 = 0xffbe;
/** Linux has its text consoles on these. */
const CONSOLES = [1, 2, 3, 4, 5, 6, 7];

const chord = (id: keyof typeof text.chords, ...keys: Chord['keys'][number][]): Chord => ({
  id,
  label: text.chords[id],
  keys,
});

export const CHORDS: readonly Chord[] = [
  chord('ctrlAltDel', CTRL, ALT, [0xffff, 'Delete']),
  chord('ctrlAltBackspace', CTRL, ALT, [0xff08, 'Backspace']),
  chord('ctrlAltT', CTRL, ALT, [0x0074, 'KeyT']),
  chord('altTab', ALT, [0xff09, 'Tab']),
  chord('altF4', ALT, [F1 + 3, 'F4']),
  chord('super', SUPER),
  chord('printScreen', [0xff61, 'PrintScreen']),
  chord('escape', [0xff1b, 'Escape']),
  chord('tab', [0xff09, 'Tab']),
  chord('ctrlBracket', CTRL, [0x005d, 'BracketRight']),
  ...CONSOLES.map((n): Chord => ({
    id: `console${n}`,
    label: text.chordConsole(n),
    keys: [CTRL, ALT, [F1 + n - 1, `F${n}`]],
  })),
];

/** Presses the keys in order, and releases them in reverse. */
export function pressChord({ keys }: Chord, send: (keysym: number, code: string, down: boolean) => void): void {
  for (const [keysym, code] of keys) send(keysym, code, true);
  for (const [keysym, code] of [...keys].reverse()) send(keysym, code, false);
}
