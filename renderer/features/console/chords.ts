/** Keys that a browser or a desktop keeps for itself, to be pressed together: X11 keysyms, with the physical key of each. */
export interface Chord {
  readonly id: string;
  readonly label: string;
  readonly keys: readonly (readonly [keysym: number, code: string])[];
}

const CTRL = [0xffe3, 'ControlLeft'] as const;
const ALT = [0xffe9, 'AltLeft'] as const;
const SUPER = [0xffeb, 'MetaLeft'] as const;
const F1 = 0xffbe;
/** Linux has its text consoles on these. */
const CONSOLES = [1, 2, 3, 4, 5, 6, 7];

const chord = (label: string, ...keys: Chord['keys'][number][]): Chord => ({ id: label, label, keys });

export const CHORDS: readonly Chord[] = [
  chord('Ctrl Alt Del', CTRL, ALT, [0xffff, 'Delete']),
  chord('Ctrl Alt Backspace', CTRL, ALT, [0xff08, 'Backspace']),
  chord('Ctrl Alt T', CTRL, ALT, [0x0074, 'KeyT']),
  chord('Alt Tab', ALT, [0xff09, 'Tab']),
  chord('Alt F4', ALT, [F1 + 3, 'F4']),
  chord('Super', SUPER),
  chord('Print Screen', [0xff61, 'PrintScreen']),
  chord('Escape', [0xff1b, 'Escape']),
  chord('Tab', [0xff09, 'Tab']),
  chord('Ctrl ]', CTRL, [0x005d, 'BracketRight']),
  ...CONSOLES.map((n) => chord(`Ctrl Alt F${n}`, CTRL, ALT, [F1 + n - 1, `F${n}`])),
];

/** Presses the keys in order, and lets them go in the other one. */
export function pressChord({ keys }: Chord, send: (keysym: number, code: string, down: boolean) => void): void {
  for (const [keysym, code] of keys) send(keysym, code, true);
  for (const [keysym, code] of [...keys].reverse()) send(keysym, code, false);
}
